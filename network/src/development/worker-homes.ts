// SPDX-License-Identifier: Apache-2.0
// The files of a development federation's workers. Their keys and passphrases are random: nobody needs to know them.
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Keyring } from '@polkadot/keyring';
import { generateSeeds, writeKeystore } from '@training-ledger/offchain-worker';
import type { Sample } from '@training-ledger/protocol/statements';
import { writeTestSet } from '@training-ledger/sdk';
import type { StateFolder } from './state-folder.ts';
import type { WorkerProcessOptions } from './worker-process.ts';

/** What a worker is started with, beside the federation that it works for. */
export interface WorkerHome
  extends Pick<WorkerProcessOptions, 'keystore' | 'passphrase' | 'journal' | 'data' | 'seed'> {
  readonly address: string;
}

/** Makes the home of worker `number` (from 1 on), which trains on `samples`; its keystore has a random passphrase unless one is given. */
export async function makeWorkerHome(
  state: StateFolder,
  number: number,
  samples: readonly Sample[],
  passphrase = randomBytes(16).toString('hex'),
): Promise<WorkerHome> {
  const folder = state.worker(number);
  await mkdir(folder, { mode: 0o700 });
  const [keystore, data] = [join(folder, 'keystore.json'), join(folder, 'samples.bin')];
  const seeds = generateSeeds();
  await writeKeystore(keystore, seeds, passphrase);
  await writeFile(data, writeTestSet(samples));
  const { address } = new Keyring({ type: 'sr25519' }).addFromSeed(seeds.account);
  return { address, keystore, passphrase, data, journal: join(folder, 'journal'), seed: number };
}
