// SPDX-License-Identifier: Apache-2.0
// The report as tables for a terminal. Ids and addresses are shortened: report.json has them whole.
import Table from 'cli-table3';
import { percent, type Report, workerName } from './report.ts';

/** Most rows of ops that are shown. */
const MAX_OPS = 20;

/** The tables, one below the other. */
export function formatTables(report: Report): string {
  const { blocks, operations, refused, timings } = report;
  const tables = [
    table(
      ['block', 'round', 'ops', 'leader', 'proven', 'accuracy before', 'after'],
      blocks.map((block) => [
        String(block.number),
        String(block.round),
        String(block.ops),
        leaderOf(report, block.leader),
        `${block.provenCorrect} of ${block.challenge}`,
        percent(block.accuracy.before),
        percent(block.accuracy.after),
      ]),
    ),
    table(
      ['user', 'round', 'op', 'proven improvement', 'reward (UNIT)'],
      operations
        .slice(0, MAX_OPS)
        .map((op) => [
          op.user,
          String(op.round),
          short(op.id),
          `+${op.delta} of ${op.batch}`,
          op.reward.toFixed(3),
        ]),
    ),
    ...(operations.length > MAX_OPS
      ? [`and ${operations.length - MAX_OPS} more ops: the report has them all.`]
      : []),
    table(
      ['attempt', 'refused with'],
      refused.map(({ attempt, error }) => [attempt, error]),
    ),
    table(
      ['where the time goes', 'seconds'],
      Object.entries(timings).map(([name, time]) => [name, (time / 1_000).toFixed(1)]),
    ),
  ];
  return tables.join('\n');
}

const short = (text: string): string => `${text.slice(0, 12)}...`;

function leaderOf(report: Report, address: string): string {
  const name = workerName(report, address);
  return name === address ? short(address) : `${name} (${short(address)})`;
}

function table(head: string[], rows: string[][]): string {
  const made = new Table({ head, style: { head: [], border: [] } });
  made.push(...rows);
  return made.toString();
}
