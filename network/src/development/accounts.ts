// SPDX-License-Identifier: Apache-2.0
// The identities of development networks. They come of a phrase that everybody knows, so that they are the same on every machine: never use
// them anywhere else.
import { createHash } from 'node:crypto';
import { Keyring } from '@polkadot/keyring';
import { FIELD_ORDER } from '@training-ledger/protocol/statements';
import {
  fieldHex,
  type Identity,
  type IdentitySecrets,
  openIdentity,
  toHex,
} from '@training-ledger/sdk';

/** The development phrase of Substrate's tools. */
export const DEVELOPMENT_PHRASE =
  'bottom drive obey lake curtain smoke basket hold race lonely fit walk';

/** Who takes part in a development federation beside its users and workers. */
export type DevelopmentRole = 'owner' | 'companion' | 'inference-node';

/** An identity with its secrets, which are public knowledge. */
export interface DevelopmentAccount extends IdentitySecrets {
  readonly address: string;
}

/** User `index` (from 0 on) of development networks: account `//user/<index>` of {@link DEVELOPMENT_PHRASE}. */
export const developmentAccount = (index: number): DevelopmentAccount => {
  if (!Number.isSafeInteger(index) || index < 0) {
    throw new RangeError('Development users are numbered from 0 on.');
  }
  return derived(`//user/${index}`);
};

/** The whole identity of user `index` (from 0 on) of development networks, ready for a client. */
export const developmentIdentity = (index: number): Identity =>
  openIdentity(developmentAccount(index));

/** The identity of a role in development federations: account `//<role>`. */
export const roleIdentity = (role: DevelopmentRole): Identity => openIdentity(derived(`//${role}`));

/** 32 bytes for whatever else a role needs. */
export const roleSecret = (role: DevelopmentRole, purpose: string): Uint8Array =>
  hash(purpose, `${DEVELOPMENT_PHRASE}//${role}`).subarray(0, 32);

function derived(path: string): DevelopmentAccount {
  const uri = `${DEVELOPMENT_PHRASE}${path}`;
  const secret = BigInt(toHex(hash('secret', uri))) % FIELD_ORDER;
  return {
    uri,
    address: new Keyring({ type: 'sr25519' }).addFromUri(uri).address,
    secret: fieldHex(secret),
    kemSeed: toHex(hash('kem', uri)),
  };
}

/** 64 bytes: SHA-512 over a purpose and a secret URI. */
function hash(purpose: string, uri: string): Uint8Array {
  const text = `training-ledger/development/${purpose}/v1:${uri}`;
  return new Uint8Array(createHash('sha512').update(text).digest());
}
