// SPDX-License-Identifier: Apache-2.0
// `npm test`: every check of the repository, a table, and the numbers in the last line. A check that fails does not keep the others
// from running, and what it printed is shown. `npm test -- --only NAME` runs those whose name holds NAME and shows all that they print. The
// pallets' tests and the network of native programs take long and are run again only if something that they read has changed since
// they passed; `npm test -- --fresh` runs them anyway.
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { type Check, type CheckResult, STAGES } from './checks/checks.ts';
import { collectingOutput } from './checks/run.ts';

/** Checks that run side by side: most of them keep one core busy. */
const LANES = 2;

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, fresh: { type: 'boolean', default: false } },
});
const { only, fresh } = values;
const isWanted = ({ name }: Check): boolean => only?.some((part) => name.includes(part)) ?? true;
const stages = STAGES.map((checks) => checks.filter(isWanted));
if (stages.flat().length === 0) {
  const names = STAGES.flat().map(({ name }) => name);
  console.error(`There is no such check. There are: ${names.join(', ')}.`);
  process.exit(2);
}

interface Ended extends CheckResult {
  readonly name: string;
  readonly seconds: string;
}

/** Runs a check, says so, and shows what it printed if it failed. */
async function runCheck(check: Check): Promise<Ended> {
  console.log(`> ${check.name}`);
  const started = performance.now();
  // One check alone is watched as it runs.
  const { output, result } =
    only === undefined
      ? await collectingOutput(() => check.run({ fresh }))
      : { output: '', result: await check.run({ fresh }) };
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const { passed, failed, note = '' } = result;
  if (failed > 0) console.log(`${output}\n`);
  console.log(`  ${check.name}: ${passed} passed, ${failed} failed, ${seconds} s ${note}`);
  return { ...result, name: check.name, seconds };
}

const results: Ended[] = [];
for (const stage of stages) {
  const waiting = [...stage];
  const lane = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      results.push(await runCheck(check));
    }
  };
  await Promise.all(Array.from({ length: only === undefined ? LANES : 1 }, lane));
}

const table = new Table({
  head: ['check', 'passed', 'failed', 'seconds', ''],
  colAligns: ['left', 'right', 'right', 'right', 'left'],
  style: { head: [], border: [] },
});
for (const { name, passed, failed, seconds, note = '' } of results) {
  table.push([name, passed, failed, seconds, note]);
}
const sum = (of: (result: Ended) => number): number => results.reduce((s, one) => s + of(one), 0);
const failed = sum((result) => result.failed);
console.log(`\n${table.toString()}`);
console.log(`${sum((result) => result.passed)} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
