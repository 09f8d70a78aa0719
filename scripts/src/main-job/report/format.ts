// SPDX-License-Identifier: Apache-2.0
// The report for a terminal: pictures, tables, and the result in one line.
import { accuracyChart, contributionChart } from './chart.ts';
import { counted, percent, type Report } from './report.ts';
import { formatTables } from './tables.ts';

/** What the job prints when it is done. */
export function formatReport(report: Report): string {
  const { accuracy, blocks, operations, exported, refused } = report;
  const result =
    `Accuracy ${percent(accuracy.before)} -> ${percent(accuracy.after)} in ${counted(blocks.length, 'sealed block')}, ` +
    `${counted(operations.length, 'operation')}; ${counted(refused.length, 'attempt')} to cheat refused.`;
  return [
    formatTables(report),
    '',
    accuracyChart(report),
    '',
    contributionChart(report),
    '',
    `Export ${exported.file}: ${counted(exported.ops, 'op')}, ${exported.sealedOps} sealed, ${counted(exported.proofs, 'proof')}, verified offline.`,
    result,
  ].join('\n');
}
