/** What the panel and the sidebar wear. */

export const RULES = `
  .rc-sign { flex: none; width: 16px; height: 16px; stroke: #111; stroke-width: 1.4; }
  .rc-verdict { display: inline-flex; align-items: center; gap: 4px; padding: 4px 9px 4px 5px; border-radius: 12px; color: #111; }
  .rc-said { margin: 4px 0; font-size: 13px; }
  :is(summary, button) > .rc-said { max-height: 4.05em; overflow: hidden; }
  [open] > summary > .rc-said { max-height: none; }
  .rc-report .rc-button { float: inline-end; }
  .rc-advice { display: flow-root; margin: 4px 0; padding: 4px 8px; border-inline-start: 3px solid var(--rc-mark); }
  .rc-strip { display: grid; grid-template-columns: minmax(72px, 32%) 1fr; gap: 0 6px; font-size: 11px; line-height: 15px; }
  .rc-strip .rc-sign { width: 11px; margin-inline-end: 4px; vertical-align: bottom; }
  .rc-heat { position: relative; border-bottom: 1px solid var(--rc-line); }
  .rc-heat svg { display: block; width: 100%; height: 15px; }
  .rc-heat svg * { color: color-mix(in srgb, var(--rc-ink) 65%, var(--rc-text)); fill: currentColor; }
  .rc-heat rect { fill-opacity: .25; stroke: currentColor; stroke-width: 2px; vector-effect: non-scaling-stroke; }
  .rc-heat ::-webkit-slider-thumb { appearance: none; width: 4px; height: 15px; border: 2px solid; }
  .rc-heat input:not(:focus) { opacity: 0; }
  :is(.rc-heat, .rc-shot) input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; appearance: none;
    background: none; }
  .rc-shot { position: relative; display: block; line-height: 0; }
  .rc-shot img { width: 100%; height: auto; border-radius: 4px; }
  .rc-shot > :not(img) { position: absolute; inset: 0; }
  .rc-shot > i { inset: auto; border: 2px solid var(--rc-mark); outline: 1px solid #000; }
  .rc-shot > b { inset: auto auto 4px 4px; padding: 8px 6px; border-radius: 4px; color: #fff; background: #000b; }
  .rc-shot > b + b { inset: auto 4px 4px auto; }
  .rc-shot > div { clip-path: inset(0 0 0 var(--rc-at)); }
`;
