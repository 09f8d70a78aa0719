// SPDX-License-Identifier: Apache-2.0
// The tables of the page: ids and addresses are whole.
import { percent, type Report, workerName } from '../report.ts';
import { html, type Markup } from './markup.ts';

type Cell = Markup | string | number;

/** The block, the leader and the proofs of each round. */
export function blocksTable(report: Report): Markup {
  return table(
    ['round', 'block', 'ops', 'leader', 'proven by all workers', 'before', 'after'],
    report.blocks.map((block) => [
      block.round,
      html`${block.number}<br><code>${block.hash}</code>`,
      block.ops,
      html`${workerName(report, block.leader)}, ${block.provenCorrect} of ${block.challenge}<br><code>${block.leader}</code>`,
      block.proven
        .map(({ worker, correct }) => `${workerName(report, worker)}: ${correct}`)
        .join(', '),
      whole(percent(block.accuracy.before)),
      whole(percent(block.accuracy.after)),
    ]),
  );
}

/** What was tried, and with what it was refused. */
export function attemptsTable({ refused }: Pick<Report, 'refused'>): Markup {
  return table(
    ['attempt', 'refused with'],
    refused.map(({ attempt, error }) => [attempt, html`<code class="refused">${error}</code>`]),
  );
}

/** Users and workers with their addresses. */
export function partiesTable({ users, workers }: Pick<Report, 'users' | 'workers'>): Markup {
  return table(
    ['who', 'address', 'model'],
    [
      ...users.map(({ name, address, model }) => [name, code(address), code(model)]),
      ...workers.map(({ name, address }) => [name, code(address), '']),
    ],
  );
}

/** Every op. */
export function operationsTable({ operations }: Pick<Report, 'operations'>): Markup {
  return table(
    ['user', 'round', 'op', 'proven improvement', 'reward (UNIT)'],
    operations.map(({ user, round, id, delta, batch, reward }) => [
      user,
      round,
      code(id),
      `+${delta} of ${batch}`,
      reward.toFixed(3),
    ]),
  );
}

/** In one line. */
const whole = (text: string): Markup => html`<span class="whole">${text}</span>`;

const code = (text: string): Markup => html`<code>${text}</code>`;

function table(head: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  const titles = head.map((title) => html`<th>${title}</th>`);
  const lines = rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`);
  return html`<div class="scroll"><table><thead><tr>${titles}</tr></thead><tbody>
${lines}</tbody></table></div>`;
}
