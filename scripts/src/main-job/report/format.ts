// SPDX-License-Identifier: Apache-2.0
// The report for a terminal: pictures, tables, and the result in one line.
import { accuracyChart, contributionChart } from './chart.ts';
import { percent, type Report } from './report.ts';
import { formatTables } from './tables.ts';

/** What the job prints when it is done. */
export function formatReport(report: Report): string {
  const { accuracy, blocks, operations, exported, refused } = report;
  const result =
    `Accuracy ${percent(accuracy.before)} -> ${percent(accuracy.after)} in ${blocks.length} sealed block(s), ` +
    `${operations.length} operations; ${refused.length} attempts to cheat refused.`;
  return [
    formatTables(report),
    '',
    accuracyChart(report),
    '',
    contributionChart(report),
    '',
    `Export ${exported.file}: ${exported.ops} ops, ${exported.sealedOps} sealed, ${exported.proofs} proofs, verified offline.`,
    result,
  ].join('\n');
}
