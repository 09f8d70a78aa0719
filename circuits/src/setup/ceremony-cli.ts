// SPDX-License-Identifier: GPL-3.0-only
// npm run ceremony -- start | contribute | end <folder>: takes part in a ceremony; README has the whole of it.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CIRCUITS } from '@training-ledger/protocol/statements';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { contribute, endCeremony, startCeremony } from './ceremony.ts';

const USAGE = `usage:
  npm run ceremony -- start <folder> --powers <file.ptau> [--circuit <id> ...]
  npm run ceremony -- contribute <folder> --name <name>
  npm run ceremony -- end <folder> --beacon <hex>`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    powers: { type: 'string' },
    circuit: { type: 'string', multiple: true },
    name: { type: 'string' },
    beacon: { type: 'string' },
  },
});
const [command, given] = positionals;
const at = (path: string): string => resolve(process.env['INIT_CWD'] ?? '.', path);

async function run(folder: string): Promise<void> {
  const { powers, circuit = CIRCUITS, name, beacon } = values;
  const log = console.error;
  if (command === 'start' && powers !== undefined) {
    await startCeremony(folder, { powers: at(powers), circuits: circuit, log });
    console.log('Begun. Pass the folder on: the next one contributes.');
  } else if (command === 'contribute' && name !== undefined) {
    const { hashes } = await contribute(folder, name, log);
    console.log('Contributed. Publish these hashes, and pass the folder on:');
    for (const [id, hash] of Object.entries(hashes)) console.log(`${id.padEnd(20)} ${hash}`);
  } else if (command === 'end' && beacon !== undefined) {
    await endCeremony(folder, beacon, log);
    console.log('Ended. Everyone should check it: npm run circuits:verify -- <folder>');
  } else throw new LedgerError(USAGE, { code: 'USAGE' });
}

let failed = false;
try {
  if (given === undefined) throw new LedgerError(USAGE, { code: 'USAGE' });
  await run(at(given));
} catch (error) {
  console.error(error instanceof LedgerError ? error.message : error);
  failed = true;
}
// snarkjs leaves its curve's threads running.
process.exit(failed ? 1 : 0);
