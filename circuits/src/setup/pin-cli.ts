// SPDX-License-Identifier: GPL-3.0-only
// npm run pin -w circuits -- <folder>: pins a folder of keys that a ceremony made. What the ceremony proves is checked with snarkjs
// before: see README.
import { resolve } from 'node:path';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { pinCeremony } from './pin.ts';

const [directory] = process.argv.slice(2);
try {
  if (directory === undefined) throw new Error('Which folder? npm run pin -w circuits -- <folder>');
  // npm runs in the package's folder; INIT_CWD is where it was called.
  const pinned = await pinCeremony(resolve(process.env['INIT_CWD'] ?? '.', directory));
  console.log(`Pinned: ${pinned.join(', ') || 'nothing'}.`);
} catch (error) {
  console.error(error instanceof LedgerError ? error.message : error);
  process.exitCode = 1;
}
