// SPDX-License-Identifier: Apache-2.0
// An identity from its secrets as text, as configuration and wallets keep them.
import { Keyring } from '@polkadot/keyring';
import { fromHex, hexField, kemKeyPair } from '@training-ledger/protocol';
import type { Hex } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import type { Identity } from './context.ts';

/** Everything that makes an identity. Whoever has it is the user. */
export interface IdentitySecrets {
  /** Secret URI of the account (sr25519): a mnemonic or seed, with derivation paths. */
  readonly uri: string;
  /** The secret behind the user id: a scalar, 32 bytes, little-endian. */
  readonly secret: Hex;
  /** Seed of the ML-KEM-768 key, 64 bytes. */
  readonly kemSeed: Hex;
}

/**
 * The identity that secrets make.
 * @throws SdkError `ARGUMENT_INVALID` or `KEY_LENGTH`; StatementError `FIELD_ENCODING`. None of them quotes a secret.
 */
export function openIdentity({ uri, secret, kemSeed }: IdentitySecrets): Identity {
  try {
    return {
      account: new Keyring({ type: 'sr25519' }).addFromUri(uri),
      secret: hexField(secret),
      kem: kemKeyPair(fromHex(kemSeed)),
    };
  } catch (error) {
    if (typeof (error as { code?: unknown }).code === 'string') throw error;
    // The cause might quote the mnemonic.
    throw new SdkError('ARGUMENT_INVALID', 'The secret URI makes no account.', {
      hint: 'It is a mnemonic or a seed in hex, and derivation paths such as //user/0.',
    });
  }
}
