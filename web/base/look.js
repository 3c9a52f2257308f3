/** What all widgets wear, in ComfyUI's own colours, so that every theme holds. */

export const LOOK = `
  .rc {
    --rc-text: var(--input-text, #ddd); --rc-soft: color-mix(in srgb, var(--descrip-text, #aaa) 75%, var(--rc-text));
    --rc-line: color-mix(in srgb, var(--rc-text) 28%, transparent); --rc-mark: #ffb000;
    display: flex; flex-direction: column; gap: 4px; width: 100%; min-width: 0; overflow: hidden;
    padding: 6px; border-radius: 8px;
    color: var(--rc-text); background: var(--component-node-widget-background, var(--comfy-input-bg, #222));
    font: 12px/1.35 Inter, system-ui, sans-serif; user-select: none;
  }
  .rc, .rc * { box-sizing: border-box; }
  .rc [hidden] { display: none !important; }
  .rc-row { display: flex; align-items: center; gap: 4px; flex-wrap: wrap; }
  .rc-fill { flex: 1; min-width: 0; }
  .rc-soft { color: var(--rc-soft); }
  .rc-text { overflow-wrap: anywhere; user-select: text; unicode-bidi: plaintext; }
  .rc-cut { max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
  .rc-scroll { flex: 1 1 0; min-height: 0; overflow: hidden auto; }
  .rc-button, .rc-input { min-width: 24px; height: 24px; padding: 0 7px; border: 1px solid var(--rc-line); border-radius: 6px;
    color: inherit; background: none; font: inherit; line-height: 1; }
  .rc-button { cursor: pointer; }
  .rc-button:hover, .rc-button[aria-pressed="true"] { background: color-mix(in srgb, var(--rc-text) 20%, transparent); }
  .rc-button:disabled { opacity: .4; cursor: default; }
  .rc :focus-visible { outline: 2px solid var(--rc-text); outline-offset: 1px; }
`;
