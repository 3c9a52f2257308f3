/** What the kit editor and its pipette wear. */

export const LOOK = `
  .rc-list { flex: 1 1 0; min-height: 0; overflow-y: auto; }
  .rc-bar { display: flex; height: 24px; border-radius: 6px; overflow: hidden; }
  .rc-bar span { font-size: 11px; line-height: 24px; text-align: center; overflow: hidden; white-space: nowrap; }
  .rc-rest { background: repeating-linear-gradient(135deg, transparent 0 5px, var(--rc-line) 5px 7px); }
  .rc-colour { display: flex; flex-wrap: wrap; align-items: center; gap: 3px; margin: 2px 0; }
  .rc-here { outline: 2px dashed; }
  .rc-colour input {
    height: 24px; min-width: 0; padding: 0 4px; color: inherit; background: none; border: 1px solid var(--rc-line);
    border-radius: 4px; font: inherit; appearance: textfield;
  }
  .rc-colour ::placeholder { color: var(--rc-soft); }
  .rc-colour .rc-hex { width: 30px; padding: 0; border: 0; }
  .rc-hex::-webkit-color-swatch-wrapper { padding: 0; }
  .rc-colour code { width: 56px; font: inherit; user-select: text; }
  .rc-role { flex: 1 1 50px; }
  :is(.rc-share, .rc-tolerance) { width: 42px; text-align: end; }
  .rc-colour .rc-button { padding: 0; border: 0; }
  .rc-colour .rc-button:first-child { cursor: grab; touch-action: none; letter-spacing: -2px; }
  .rc-fault { width: 100%; font-weight: 600; }
  .rc-fault::before { content: "⚠ "; }
  .rc-pipette { width: min(1100px, 92vw); height: min(800px, 90vh); margin: auto; border: 1px solid var(--rc-line); padding: 12px; gap: 8px; }
  .rc-pipette::backdrop { background: #000a; }
  .rc-strip { display: flex; gap: 6px; overflow-x: auto; flex: none; padding: 2px; }
  .rc-strip .rc-button { padding: 0; height: 52px; flex: none; overflow: hidden; }
  .rc-strip img { height: 100%; }
  .rc-dip { flex: 1 1 0; min-height: 0; text-align: center; }
  .rc-dip canvas { max-width: 100%; max-height: 100%; cursor: crosshair; }
  .rc-eye > :not(output) { width: 80px; height: 80px; border-radius: 6px; image-rendering: pixelated; }
`;
