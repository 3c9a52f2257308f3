/** What the panel and the sidebar wear. */

export const RULES = `
  .rc-sign { flex: none; width: 16px; height: 16px; stroke: #111; stroke-width: .8; }
  .rc-verdict { display: flex; align-items: center; gap: 4px; height: 24px; padding: 0 9px 0 5px; border-radius: 12px;
    color: #111; white-space: nowrap; }
  .rc-verdict path:first-child { fill: #0002; stroke: none; }
  .rc-report > .rc-row { flex: none; flex-wrap: nowrap; }
  .rc-body { flex: 1 1 0; contain: size; overflow: hidden auto; }
  .rc-body > * { margin-bottom: 6px; }
  .rc-said { font-size: 13px; }
  .rc-advice { display: flex; gap: 6px; padding: 4px 8px; border-inline-start: 3px solid var(--rc-mark); }
  .rc-advice:empty { display: none; }
  .rc-strip { display: grid; grid-template-columns: minmax(72px, 32%) 1fr; gap: 0 6px; font-size: 11px; }
  .rc-check { display: flex; gap: 4px; align-items: center; height: 15px; }
  .rc-check svg { width: 11px; }
  .rc-ends { display: flex; justify-content: space-between; }
  .rc-heat { position: relative; cursor: crosshair; touch-action: none; }
  .rc-heat svg { display: block; width: 100%; height: 15px; border-bottom: 1px solid var(--rc-line); }
  .rc-heat rect { fill-opacity: .25; stroke-width: 2px; vector-effect: non-scaling-stroke; }
  .rc-heat i { position: absolute; height: 15px; min-width: 4px; border: 2px solid; }
  .rc-shot { position: relative; display: block; line-height: 0; }
  .rc-shot img { width: 100%; height: auto; border-radius: 4px; }
  .rc-shot > :not(img) { position: absolute; inset: 0; }
  .rc-shot > i { inset: auto; border: 2px solid var(--rc-mark); outline: 1px solid #000; }
  .rc-shot > b { inset: auto auto 4px 4px; padding: 8px 6px; border-radius: 4px; color: #fff; background: #000b; }
  .rc-shot > b + b { left: auto; right: 4px; }
  .rc-shot > div { clip-path: inset(0 0 0 var(--rc-at)); }
  .rc-shot > hr { left: var(--rc-at); right: auto; width: 2px; margin: 0 -1px; border: 0; background: #fff; }
  .rc-shot input { width: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
  .rc-shot:focus-within { outline: 2px solid; }
`;
