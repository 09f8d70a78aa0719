// SPDX-License-Identifier: GPL-3.0-only
// npm run circuits:verify: checks that each shipped key is the one of its sources, from the constraints on. With a folder, the
// ceremony in it; with circuits' names, only theirs.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CircuitId } from '@training-ledger/protocol/statements';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { zKey } from 'snarkjs';
import { developmentKeys, type KeysManifest, keysInfo } from '../keys.ts';
import { verifyCeremony } from './ceremony.ts';
import { compile, withSources } from './compile.ts';
import { powersFile } from './derive.ts';

/** Every shipped key: set up from these constraints on the development powers, with every contribution proven. */
async function verifyShipped(wanted: readonly string[]): Promise<boolean> {
  const { circuits }: KeysManifest = await keysInfo();
  let sound = true;
  await withSources(async (staging) => {
    for (const [id, { power }] of Object.entries(circuits)) {
      if (wanted.length > 0 && !wanted.includes(id)) continue;
      const file = join(developmentKeys.directory, id as CircuitId, 'circuit.zkey');
      const { r1cs } = await compile(staging, id);
      const powers = await powersFile(power, console.error);
      const isSound = await zKey.verifyFromR1cs(r1cs, powers, file).catch(() => false);
      console.log(
        `${id.padEnd(20)} ${isSound ? 'the key of its sources' : 'NOT THE KEY OF ITS SOURCES'}`,
      );
      sound &&= isSound;
    }
  });
  return sound;
}

const words = process.argv.slice(2);
const folder = resolve(process.env['INIT_CWD'] ?? '.', words[0] ?? '');
let sound = false;
try {
  const isCeremony = words.length === 1 && existsSync(join(folder, 'ceremony.json'));
  sound = isCeremony ? await verifyCeremony(folder, console.log) : await verifyShipped(words);
  if (!isCeremony) console.log('These are development keys: anyone can forge proofs under them.');
} catch (error) {
  console.error(error instanceof LedgerError ? error.message : error);
}
// snarkjs leaves its curve's threads running.
process.exit(sound ? 0 : 1);
