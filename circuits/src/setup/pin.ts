// SPDX-License-Identifier: GPL-3.0-only
// Writes the manifest of a folder of keys that a ceremony made, for `openKeys`.
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CIRCUITS, type CircuitId, UNSHIPPED_CIRCUITS } from '@training-ledger/protocol/statements';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { type CircuitEntry, type CircuitFiles, KEY_FILES, keysInfo } from '../keys.ts';
import { hashFiles } from './manifest.ts';
import { readUnshipped } from './unshipped.ts';

/**
 * Pins the circuits of a folder, and writes its manifest.
 * @throws LedgerError `KEYS_INCOMPLETE` if a circuit's files cannot be read, `KEYS_FOREIGN` if a witness calculator is not
 * that of the sources, `KEYS_DEVELOPMENT` if a proving key is one that ships with the package.
 */
export async function pinCeremony(directory: string): Promise<CircuitId[]> {
  const development = { ...(await keysInfo()).circuits, ...(await readUnshipped()) };
  const present = await readdir(directory);
  const circuits: Partial<Record<CircuitId, CircuitEntry>> = {};
  for (const id of [...CIRCUITS, ...UNSHIPPED_CIRCUITS].filter((each) => present.includes(each))) {
    const files = await hashFiles(join(directory, id));
    const missing = KEY_FILES.filter((name) => files[name] === undefined);
    if (missing.length > 0) {
      throw new LedgerError(`Files of ${id} cannot be read.`, {
        code: 'KEYS_INCOMPLETE',
        details: `Missing: ${missing.join(', ')}.`,
      });
    }
    const known = development[id] as CircuitEntry;
    if (files['circuit.wasm'] !== known.files['circuit.wasm']) {
      throw new LedgerError(`The witness calculator of ${id} is not that of these sources.`, {
        code: 'KEYS_FOREIGN',
        hint: 'Compile it with the flags and the compiler that README names.',
      });
    }
    if (files['circuit.zkey'] === known.files['circuit.zkey']) {
      throw new LedgerError(`The proving key of ${id} is the development key.`, {
        code: 'KEYS_DEVELOPMENT',
        hint: 'Anyone can forge proofs under it.',
      });
    }
    // Rows and power follow from the sources, which the witness calculator shows to be the same.
    circuits[id] = { ...known, files: files as CircuitFiles };
  }
  const manifest = { kind: 'ceremony', circuits };
  await writeFile(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return Object.keys(circuits) as CircuitId[];
}
