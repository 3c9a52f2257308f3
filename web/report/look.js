/** What the panel and the sidebar wear. */

export const RULES = `
  .rc-sign { flex: none; width: 16px; height: 16px; stroke: #111; stroke-width: .8; }
  .rc-verdict { display: flex; align-items: center; gap: 4px; height: 24px; padding: 0 9px 0 5px; border-radius: 12px;
    color: #111; }
  .rc-verdict path:first-child { fill: #0002; stroke: none; }
  .rc-cut { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
  .rc-report > .rc-row { flex: none; flex-wrap: nowrap; }
  .rc-report-body { flex: 1 1 0; min-height: 0; overflow: hidden auto; }
  .rc-report-body > * { margin-bottom: 6px; }
  .rc-report-said { font-size: 13px; }
  .rc-report-advice { display: flex; gap: 6px; padding: 4px 4px 4px 8px; border-inline-start: 3px solid var(--rc-mark); }
  .rc-report-advice:empty { display: none; }
  .rc-report-old { opacity: .55; }
  .rc-strip { display: grid; grid-template-columns: minmax(72px, 32%) 1fr; gap: 1px 6px; font-size: 11px; }
  .rc-strip-name { display: flex; gap: 4px; align-items: center; height: 14px; margin-bottom: 1px; }
  .rc-strip-name svg { width: 11px; }
  .rc-strip-ends { display: flex; justify-content: space-between; }
  .rc-strip-rows { position: relative; cursor: crosshair; touch-action: none; }
  .rc-strip-rows svg { display: block; width: 100%; height: 15px; border-bottom: 1px solid var(--rc-line); }
  .rc-strip rect { fill-opacity: .25; stroke-width: 2px; vector-effect: non-scaling-stroke; }
  .rc-strip i { position: absolute; height: 16px; min-width: 4px; border: 2px solid var(--rc-text); }
  .rc-shot { position: relative; display: block; line-height: 0; border-radius: 4px; overflow: hidden; }
  .rc-shot img { width: 100%; height: auto; }
  .rc-shot > :not(img) { position: absolute; inset: 0; }
  .rc-shot > i { inset: auto; border: 2px solid var(--rc-mark); outline: 1px solid #000; }
  .rc-shot > b { inset: auto auto 4px 4px; padding: 8px 6px; border-radius: 4px; color: #fff; background: #000b; }
  .rc-shot > b + b { inset: auto 4px 4px auto; }
  .rc-shot > div { clip-path: inset(0 0 0 var(--rc-at)); }
  .rc-shot > hr { left: var(--rc-at); right: auto; width: 2px; margin: 0 -1px; border: 0; background: #fff; }
  .rc-shot input { width: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
  .rc-shot:focus-within { outline: 2px solid var(--rc-text); }
`;
