// SPDX-License-Identifier: Apache-2.0
// The report as one page that opens in a browser without a network: pictures, tables, no script.
import { duration } from '../../progress/view.ts';
import { contributions, counted, percent, type Report } from '../report.ts';
import { barChart } from './bar-chart.ts';
import { lineChart } from './line-chart.ts';
import { html, type Markup } from './markup.ts';
import { STYLE } from './style.ts';
import { attemptsTable, blocksTable, operationsTable, partiesTable } from './tables.ts';

/** The page as text. */
export function reportPage(report: Report): string {
  const { settings, chain } = report;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Training Ledger: ${settings.users} users, ${counted(settings.rounds, 'round')}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Training Ledger</h1>
<p>${settings.users} users trained a classifier of handwritten digits in ${counted(settings.rounds, 'round')}, each on data that nobody else saw. The data
was dealt with seed ${settings.seed}; proofs were made by ${chain.prover}.</p>
${cards(report)}
<h2>Accuracy of the base model</h2>
<p>Share of the public test set, before the first block and after each one.</p>
${accuracy(report)}
<h2>Who contributed</h2>
<p>Samples of validation batches by which ops are proven to improve their models; a shade a round.</p>
${improvements(report)}
<h2>Who was paid</h2>
<p>UNIT from the rounds' pools, by proven improvement; a shade a round.</p>
${rewards(report)}
<h2>Blocks and leaders</h2>
<p>The worker that proved the most correct samples of the round's challenge led it and sealed its block.</p>
${blocksTable(report)}
<h2>Attempts to cheat</h2>
<p>Each was a real submission.</p>
${attemptsTable(report)}
<h2>Where the time went</h2>
<p>Each stage from its beginning to its end, in seconds; some run at the same time.</p>
${times(report)}
<h2>Whole ids</h2>
<p>Base model <code>${chain.base}</code> on the chain with the genesis <code>${chain.genesis}</code>.</p>
<details><summary>Users and workers</summary>${partiesTable(report)}</details>
<details><summary>All ${report.operations.length} ops</summary>${operationsTable(report)}</details>
</body>
</html>
`;
  return page.text;
}

function cards({ accuracy, operations, blocks, refused, exported, timings }: Report): Markup {
  const all: readonly (readonly [string, string])[] = [
    [percent(accuracy.after), `accuracy, from ${percent(accuracy.before)}`],
    [String(operations.length), `ops, ${3 * operations.length} proofs verified on chain`],
    [String(blocks.length), blocks.length === 1 ? 'sealed block' : 'sealed blocks'],
    [String(refused.length), 'attempts to cheat, all refused'],
    [String(exported.proofs), 'proofs of the export verified offline'],
    [duration((timings['total'] ?? 0) / 1_000), 'in all'],
  ];
  return html`<div class="cards">${all.map(
    ([value, label]) => html`<div class="card"><b>${value}</b><span>${label}</span></div>`,
  )}</div>`;
}

function accuracy({ blocks, accuracy: { before } }: Report): Markup {
  return lineChart('Accuracy on the test set by block', [
    { label: 'before', share: before, title: `Before the first block: ${percent(before)}` },
    ...blocks.map(({ number, round, accuracy: { after } }) => ({
      label: `block ${number}`,
      share: after,
      title: `Round ${round}, block ${number}: ${percent(after)}`,
    })),
  ]);
}

function improvements(report: Report): Markup {
  return barChart({
    label: 'Proven improvement by user',
    rows: contributions(report).map(({ user: { name }, delta }) => ({
      label: name,
      total: `+${delta}`,
      parts: opsOf(report, name).map((op) => ({
        value: op.delta,
        title: `${name}, round ${op.round}: +${op.delta} of ${op.batch}`,
      })),
    })),
  });
}

function rewards(report: Report): Markup {
  return barChart({
    label: 'Rewards by user',
    style: 'reward',
    rows: contributions(report).map(({ user: { name }, reward }) => ({
      label: name,
      total: `${reward.toFixed(3)} UNIT`,
      parts: opsOf(report, name).map((op) => ({
        value: op.reward,
        title: `${name}, round ${op.round}: ${op.reward.toFixed(3)} UNIT`,
      })),
    })),
  });
}

const opsOf = ({ operations }: Report, name: string): Report['operations'] =>
  operations.filter(({ user }) => user === name);

function times({ spans, timings }: Report): Markup {
  const names = [...new Set(spans.map(({ stage }) => stage))];
  const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;
  return barChart({
    label: 'Time by stage',
    style: 'time',
    rows: names.map((name) => ({
      label: name,
      total: seconds(timings[name] ?? 0),
      parts: spans
        .filter(({ stage }) => stage === name)
        .map(({ from, to }) => ({
          value: to - from,
          from,
          title: `${name}: from ${seconds(from)} to ${seconds(to)}`,
        })),
    })),
  });
}
