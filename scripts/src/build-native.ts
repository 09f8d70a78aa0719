// SPDX-License-Identifier: Apache-2.0
// `npm run prover:build` and `npm run executor:build`: compile a native program for this machine's processor, where it is found by
// itself. With --ship, for every machine of this kind, into the repository; with --check, compare what is shipped with its sources.
import { parseArgs } from 'node:util';
import { buildHere, NATIVE_PROGRAMS, ship, shippedFaults } from './native-programs.ts';

const { values, positionals } = parseArgs({
  options: { ship: { type: 'boolean' }, check: { type: 'boolean' } },
  allowPositionals: true,
});
try {
  const program = NATIVE_PROGRAMS[positionals[0] ?? ''];
  if (program === undefined || positionals.length > 1) {
    throw new Error(`Name one of these programs: ${Object.keys(NATIVE_PROGRAMS).join(', ')}.`);
  }
  if (values.check) {
    const faults = await shippedFaults(program);
    for (const fault of faults) console.error(fault);
    if (faults.length > 0) throw new Error(`Run: npm run ${program.key}:build -- --ship`);
    console.log(`The shipped ${program.name} is the one of its sources.`);
  } else if (values.ship) {
    await ship(program);
  } else {
    await buildHere(program);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
