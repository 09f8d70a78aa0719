// SPDX-License-Identifier: Apache-2.0
// `npm test`: every check of the repository, a table, and the numbers in the last line. A check that fails does not keep the others
// from running. `npm test -- --only NAME` runs those whose name holds NAME. The pallets' tests and the network of native programs
// take long and are run again only if something that they read has changed since they passed; `npm test -- --fresh` runs them
// anyway.
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { CHECKS } from './checks/checks.ts';

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, fresh: { type: 'boolean', default: false } },
});
const wanted = CHECKS.filter(
  ({ name }) => values.only?.some((part) => name.includes(part)) ?? true,
);
if (wanted.length === 0) {
  console.error(`There is no such check. There are: ${CHECKS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const table = new Table({
  head: ['check', 'passed', 'failed', 'seconds', ''],
  colAligns: ['left', 'right', 'right', 'right', 'left'],
  style: { head: [], border: [] },
});
let passed = 0;
let failed = 0;
for (const check of wanted) {
  console.log(`\n> ${check.name}`);
  const started = performance.now();
  const result = await check.run({ fresh: values.fresh });
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const { note = '' } = result;
  if (note !== '') console.log(note);
  table.push([check.name, result.passed, result.failed, seconds, note]);
  passed += result.passed;
  failed += result.failed;
}
console.log(`\n${table.toString()}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
