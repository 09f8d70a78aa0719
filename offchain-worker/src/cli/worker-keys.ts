// SPDX-License-Identifier: Apache-2.0
// A worker's keys, opened, and what they show.
import { Keyring } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { type MlDsaKeyPair, mlDsaKeyPair, sha256, toHex } from '@training-ledger/sdk';
import { readKeystore } from '../keys/keystore.ts';
import { readPassphrase } from './passphrase.ts';

/** A worker's keys, opened. */
export interface WorkerKeys {
  readonly account: KeyringPair;
  readonly sealing: MlDsaKeyPair;
  /** Seed of the account, from which the worker's other secrets come. */
  readonly seed: Uint8Array;
}

/** Opens a keystore. */
export async function openKeys(
  keystore: string,
  passphraseFile: string | undefined,
): Promise<WorkerKeys> {
  const seeds = await readKeystore(keystore, await readPassphrase(passphraseFile));
  const account = new Keyring({ type: 'sr25519' }).addFromSeed(seeds.account);
  return { account, sealing: mlDsaKeyPair(seeds.sealing), seed: seeds.account };
}

/** The public parts of keys. */
export function publicParts({ account, sealing }: WorkerKeys): Record<string, string> {
  return { account: account.address, sealingKeyHash: toHex(sha256(sealing.publicKey)) };
}
