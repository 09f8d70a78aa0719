// SPDX-License-Identifier: Apache-2.0
// Whom a chain listens to: decided by its governance, on development chains by sudo.
import type { KeyringPair } from '@polkadot/keyring/types';
import { blake2, ML_DSA_PUBLIC_KEY_BYTES, toHex } from '@training-ledger/protocol';
import type { Calls, Hex } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import type { LedgerChain } from './chain.ts';
import type { PreparedCall } from './prepared-call.ts';

/** Prepares listening to the chain with this para id and genesis hash. */
export function acceptChain(
  chain: LedgerChain,
  sudo: KeyringPair,
  para: number,
  genesis: Hex,
): PreparedCall<void> {
  return asRoot(chain, sudo, 'acceptChain', { para, genesis });
}

/** Prepares listening to a chain no more. */
export function refuseChain(
  chain: LedgerChain,
  sudo: KeyringPair,
  para: number,
): PreparedCall<void> {
  return asRoot(chain, sudo, 'refuseChain', { para });
}

/**
 * Prepares believing a chain's blocks that are sealed with an ML-DSA-65 public key.
 * @throws SdkError `KEY_LENGTH`.
 */
export function acceptSealingKey(
  chain: LedgerChain,
  sudo: KeyringPair,
  para: number,
  key: Uint8Array,
): PreparedCall<void> {
  return asRoot(chain, sudo, 'acceptSealingKey', { para, keyHash: hashOf(key) });
}

/**
 * Prepares believing blocks sealed with a key no more. What was received stays.
 * @throws SdkError `KEY_LENGTH`.
 */
export function refuseSealingKey(
  chain: LedgerChain,
  sudo: KeyringPair,
  para: number,
  key: Uint8Array,
): PreparedCall<void> {
  return asRoot(chain, sudo, 'refuseSealingKey', { para, keyHash: hashOf(key) });
}

function hashOf(key: Uint8Array): Hex {
  if (key.length !== ML_DSA_PUBLIC_KEY_BYTES) {
    throw new SdkError(
      'KEY_LENGTH',
      `A public key of ML-DSA-65 has ${ML_DSA_PUBLIC_KEY_BYTES} bytes.`,
    );
  }
  return toHex(blake2(key));
}

function asRoot<C extends keyof Calls['userModelSync'] & string>(
  chain: LedgerChain,
  sudo: KeyringPair,
  call: C,
  args: Calls['userModelSync'][C],
): PreparedCall<void> {
  const asSudo = chain.api.tx['sudo']?.['sudo'];
  if (asSudo === undefined) throw new SdkError('NOT_FOUND', 'The chain has no sudo.');
  return chain.wrap(sudo, asSudo(chain.extrinsic('userModelSync', call, args)));
}
