/** The report's style sheet: light and dark, desk and phone, nothing loaded from anywhere. */
export const reportStyle = `
:root { color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #16202c; --soft: #5b6776; --rule: #e3e7ec;
  --arrivals: #3b6fd4; --holds: #d98a1c; --purchases: #1c9a6c; --refusals: #c8485b; --payment: #7a5cc9; --free: #dfe4ea;
  --good: #13795b; --good-paper: #e2f4ec; --bad: #b3261e; --bad-paper: #fbe6e4; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #10151c; --card: #18202a; --ink: #e8edf3; --soft: #9aa7b6; --rule: #2a3542;
  --arrivals: #7aa7ff; --holds: #f0b04f; --purchases: #4fcf9f; --refusals: #f0808f; --payment: #b39bff; --free: #2c3744;
  --good: #6fdcb0; --good-paper: #143328; --bad: #ff9a92; --bad-paper: #41201e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 940px; margin: 0 auto; padding: 28px 20px 56px; }
header p { color: var(--soft); margin: 4px 0 0; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 1.1rem; margin: 0 0 2px; }
section > p { color: var(--soft); margin: 0 0 14px; font-size: 0.9rem; }
section { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 18px 20px; margin-top: 16px; min-width: 0; }
.word { display: inline-block; margin-top: 14px; padding: 6px 14px; border-radius: 99px; font-weight: 600; }
.word.good { color: var(--good); background: var(--good-paper); }
.word.bad { color: var(--bad); background: var(--bad-paper); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px; margin-top: 18px; }
.tiles div { background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 12px 16px; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tiles span { color: var(--soft); font-size: 0.85rem; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; align-items: start; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 8px; padding: 0; font-size: 0.88rem; }
.legend i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 7px; vertical-align: -1px; }
svg { display: block; width: 100%; height: auto; }
svg.narrow { display: none; }
svg text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
svg text.name { fill: var(--ink); font-size: 13px; }
.grid { stroke: var(--rule); }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.whisker { stroke: var(--soft); stroke-width: 1.5; }
.mark { stroke: var(--ink); stroke-width: 2; }
.hover { fill: transparent; }
.hover:hover { fill: var(--soft); opacity: 0.18; }
.bars { list-style: none; margin: 0; padding: 0; }
.bars li { display: grid; grid-template-columns: 1fr auto; gap: 0 12px; padding: 5px 0; font-size: 0.92rem; }
.bars b { font-variant-numeric: tabular-nums; }
.bars span { overflow-wrap: anywhere; }
.bars i { grid-column: 1 / -1; height: 6px; min-width: 3px; border-radius: 3px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 6px 10px; border-top: 1px solid var(--rule); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { border-top: 0; color: var(--soft); font-weight: 500; }
.checks { list-style: none; margin: 0; padding: 0; }
.checks li { display: grid; grid-template-columns: 84px 1fr; gap: 10px; padding: 7px 0; border-top: 1px solid var(--rule); font-size: 0.95rem; }
.checks li:first-child { border-top: 0; }
.checks em { font-style: normal; font-weight: 600; color: var(--good); }
.checks em.bad { color: var(--bad); }
.checks code { display: block; font-size: 0.8rem; color: var(--soft); overflow-wrap: anywhere; margin-top: 3px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0; font-size: 0.92rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 640px) {
  main { padding: 20px 12px 40px; } section { padding: 16px 14px; } h1 { font-size: 1.5rem; }
  .pair { grid-template-columns: 1fr; gap: 0; } .tiles { grid-template-columns: 1fr 1fr; gap: 8px; }
  svg.wide { display: none; } svg.narrow { display: block; }
  th, td { padding: 6px 6px; } .checks li { grid-template-columns: 74px 1fr; }
}
@media print { body { background: #fff; } section { break-inside: avoid; } }
`;
