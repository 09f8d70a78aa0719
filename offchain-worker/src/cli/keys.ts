// SPDX-License-Identifier: Apache-2.0
// `keys`: make and show a worker's keys.
import { Keyring } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { type MlDsaKeyPair, mlDsaKeyPair, sha256, toHex } from '@training-ledger/sdk';
import type { Command } from 'commander';
import { generateSeeds, readKeystore, writeKeystore } from '../keys/keystore.ts';
import { print } from './output.ts';
import { PASSPHRASE_VARIABLE, readPassphrase } from './passphrase.ts';

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

interface KeysOptions {
  readonly keystore: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('make and show the keys of a worker');
  const command = (name: string, description: string): Command =>
    keys
      .command(name)
      .description(description)
      .requiredOption('--keystore <file>', 'file that holds the keys')
      .option('--passphraseFile <file>', `file with the passphrase (else ${PASSPHRASE_VARIABLE})`)
      .option('--json', 'print JSON');
  const show = async ({ keystore, passphraseFile, json }: KeysOptions): Promise<void> => {
    const { account, sealing } = await openKeys(keystore, passphraseFile);
    print({ account: account.address, sealingKeyHash: toHex(sha256(sealing.publicKey)) }, json);
  };
  command('generate', 'make new keys in a new keystore').action(async (options: KeysOptions) => {
    await writeKeystore(
      options.keystore,
      generateSeeds(),
      await readPassphrase(options.passphraseFile),
    );
    await show(options);
  });
  command('show', 'show the public parts of the keys').action(show);
}
