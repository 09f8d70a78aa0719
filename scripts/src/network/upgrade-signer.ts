// SPDX-License-Identifier: Apache-2.0
// Who signs an upgrade. A secret comes from a file or the environment: what is on a command line, every user of the machine can read.
import { readFile } from 'node:fs/promises';
import { Keyring } from '@polkadot/api';
import type { KeyringPair } from '@polkadot/keyring/types';
import { UpgradeError } from './upgrade-errors.ts';

/** Environment variable with the secret URI of the chain's sudo. */
export const SURI_VARIABLE = 'TRAINING_LEDGER_SUDO_SURI';
/** Holds sudo on chains of development. */
const DEVELOPMENT = '//Alice';
/** A phrase of 12 words or more, 32 bytes in hex or a development key, and what is derived from it. */
const SECRET = /^(([a-z]+ ){11,23}[a-z]+|0x[0-9a-f]{64}|(?=\/\/))(\/\/?[^/]+)*$/i;

/** Where the secret is. */
export interface SignerOptions {
  /** File with the secret URI. */
  readonly suriFile?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * The account that signs.
 * @param chainType as the node tells it: `Development`, `Local` or `Live`
 * @throws UpgradeError `SIGNER_MISSING`, `SIGNER_INVALID`
 */
export async function upgradeSigner(
  { suriFile, environment = process.env }: SignerOptions,
  chainType: string,
): Promise<KeyringPair> {
  const suri = suriFile === undefined ? environment[SURI_VARIABLE] : await read(suriFile);
  if (suri === undefined && chainType !== 'Development' && chainType !== 'Local') {
    throw new UpgradeError('SIGNER_MISSING', 'It is not said who signs the upgrade.', {
      hint: `Put the secret URI of the chain's sudo into ${SURI_VARIABLE}, or name a file that holds it.`,
    });
  }
  const secret = (suri ?? DEVELOPMENT).trim();
  try {
    if (!SECRET.test(secret)) throw new Error('polkadot-js would make a key of any short text');
    return new Keyring({ type: 'sr25519' }).addFromUri(secret);
  } catch {
    // What polkadot-js says of a wrong secret may quote it.
    throw new UpgradeError('SIGNER_INVALID', 'The secret URI of the signer is none.');
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UpgradeError('SIGNER_MISSING', `${file} cannot be read.`, { cause });
  }
}
