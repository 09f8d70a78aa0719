// SPDX-License-Identifier: Apache-2.0
// How the page looks, in light and in dark.
import { Markup } from './markup.ts';

/** The style sheet. */
export const STYLE = new Markup(`
:root {
  color-scheme: light dark;
  --back: #ffffff; --card: #f5f6f8; --text: #1c2330; --quiet: #5d6778; --line: #d5dae2;
  --accent: #2f6fde; --second: #0f9d76; --alarm: #c2412d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161d; --card: #1b212b; --text: #e7ebf2; --quiet: #98a4b5; --line: #333c4a;
    --accent: #6ea2ff; --second: #3fcf9f; --alarm: #ff8a75;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1080px; padding: 24px 20px 60px;
  background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif;
}
h1 { font-size: 26px; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 36px 0 4px; }
p { margin: 4px 0 12px; color: var(--quiet); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; margin: 20px 0; }
.card { background: var(--card); border-radius: 10px; padding: 12px 16px; }
.card b { display: block; font-size: 22px; }
.card span { color: var(--quiet); font-size: 13px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; color: var(--quiet); font-weight: 600; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
.whole { white-space: nowrap; }
.refused { color: var(--alarm); }
summary { cursor: pointer; color: var(--quiet); margin: 12px 0; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
svg text.quiet { fill: var(--quiet); }
svg .grid { stroke: var(--line); }
svg .line { fill: none; stroke: var(--accent); stroke-width: 2.5; }
svg .point { fill: var(--accent); }
svg .bar { fill: var(--accent); }
svg .reward { fill: var(--second); }
svg .time { fill: var(--accent); fill-opacity: 1; }
`);
