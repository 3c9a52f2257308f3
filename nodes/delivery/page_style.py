"""The look of the report page: dark text on light, one column, the same on a phone, a screen and paper."""

CSS = """
:root{--ink:#1c1e22;--soft:#5d636d;--line:#dfe1e5;--paper:#fff;--shade:#f6f6f4;
--pass:#1d7a46;--warn:#9a6200;--fail:#b3261e;--refused:#6b3fa0;--none:#6a707a}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--shade);color:var(--ink);font:16px/1.5 system-ui,
-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:960px;margin:0 auto;padding:32px 40px 56px;background:var(--paper);min-height:100vh}
h1{font-size:1.9rem;line-height:1.2;margin:.1em 0 .35em;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.3rem;margin:0;letter-spacing:-.005em}
h3{font-size:1.02rem;margin:0}
p{margin:.3em 0}
.kicker{color:var(--soft);font-size:.86rem;letter-spacing:.04em;margin:0}
.verdict{display:flex;gap:18px;align-items:center;border:1px solid var(--line);border-left:8px solid var(--v);border-radius:6px;
padding:14px 18px;margin:18px 0 10px}
.verdict strong{font-size:1.45rem;color:var(--v);line-height:1.2;display:block}
.v-pass{--v:var(--pass)}.v-warn{--v:var(--warn)}.v-fail{--v:var(--fail)}.v-refused{--v:var(--refused)}.v-none{--v:var(--none)}
.chip{display:inline-block;min-width:5.4em;text-align:center;font-size:.78rem;font-weight:650;line-height:1.6;color:var(--v);
border:1.5px solid var(--v);border-radius:99px;padding:0 .6em;white-space:nowrap}
.chip.solid{background:var(--v);color:#fff}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--soft);font-size:.84rem;padding:2px 0}
th{text-align:left;font-weight:600}
.jobs td,.jobs th{border-top:1px solid var(--line);padding:8px 10px 8px 0;vertical-align:top}
.jobs th{width:7em}.jobs td:nth-child(2){width:7.2em}
.jobs a{color:inherit;text-decoration-color:var(--line);text-underline-offset:3px}
section{margin-top:40px;border-top:3px solid var(--ink);padding-top:12px}
.head{display:flex;gap:12px;align-items:baseline;justify-content:space-between;flex-wrap:wrap}
article{margin-top:22px}
article .head{border-bottom:1px solid var(--line);padding-bottom:5px;align-items:center}
.finding{display:grid;grid-template-columns:6.6em minmax(0,1fr) auto;gap:2px 14px;padding:10px 0;
border-bottom:1px solid var(--line);break-inside:avoid}
.finding .says{font-weight:550;overflow-wrap:anywhere}
.finding .where,.finding .do{grid-column:2/4;font-size:.88rem;color:var(--soft);overflow-wrap:anywhere}
.finding .do{color:var(--ink)}
.finding .number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;font-size:.92rem}
.finding .number small{display:block;color:var(--soft);font-size:.8rem}
code{font:.84em
ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--shade);padding:.05em .35em;border-radius:3px;
overflow-wrap:anywhere}
details{margin:8px 0;border-bottom:1px solid var(--line);padding-bottom:8px}
summary{cursor:pointer;color:var(--soft);font-size:.9rem}
details ul{margin:.4em 0;padding-left:1.1em;font-size:.9rem}
details li{margin:.15em 0;overflow-wrap:anywhere}
.facts td,.facts th{border-top:1px solid var(--line);padding:3px 12px 3px 0;font-size:.86rem;
vertical-align:top;overflow-wrap:anywhere}
.facts th{color:var(--soft);width:14em;font-weight:400}
.files td,.files th{border-top:1px solid var(--line);padding:4px 12px 4px 0;font-size:.84rem;
vertical-align:top;overflow-wrap:anywhere}
.files td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.files td.k{white-space:nowrap}
figure{margin:14px 0 6px;break-inside:avoid}
figure img{display:block;max-width:100%;max-height:70vh;height:auto;border-radius:4px;border:1px solid var(--line)}
figcaption{font-size:.84rem;color:var(--soft);margin-top:4px}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(240px,1fr));gap:4px 16px}
.series{display:grid;grid-template-columns:repeat(auto-fill,minmax(250px,1fr));gap:10px 22px;margin:12px 0}
.series figure{margin:0}.series svg{display:block;width:100%;height:56px;background:var(--shade);border-radius:4px}
.sign{display:grid;grid-template-columns:2fr 1fr 2fr;gap:28px;margin-top:52px;break-inside:avoid}
.sign div{border-top:1px solid var(--ink);padding-top:5px;font-size:.84rem;color:var(--soft)}
footer{margin-top:30px;color:var(--soft);font-size:.82rem}
@media (max-width:640px){main{padding:20px 16px 40px}.finding{grid-template-columns:minmax(0,1fr) auto}
.finding .says{grid-column:1/3;grid-row:2}
.finding .number{grid-column:2;grid-row:1}.finding .where,.finding .do{grid-column:1/3}.verdict{padding:12px 14px}
.jobs th{width:auto}.jobs td:nth-child(2){width:auto}.jobs tr{display:grid;grid-template-columns:1fr auto}
.jobs td:nth-child(3){grid-column:1/3;border-top:0;padding-top:0}.sign{grid-template-columns:1fr;gap:40px}
.facts th{width:9em}.files thead{display:none}.files tr{display:block;border-top:1px solid var(--line);padding:4px 0}
.files td,.files th{display:block;border:0;padding:0}.files td.n{text-align:left}}
@media print{body{background:#fff;font-size:10.5pt}main{max-width:none;padding:0}section{break-before:auto}
.printed::details-content{content-visibility:visible;block-size:auto}
figure img{max-height:95mm}@page{margin:16mm 15mm}.chip.solid{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""
