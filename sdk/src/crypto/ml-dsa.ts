// SPDX-License-Identifier: Apache-2.0
// ML-DSA-65 (FIPS 204) with context strings. noble's code is not constant-time.
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { utf8ToBytes } from '../bytes.ts';
import { SdkError } from '../errors.ts';

/** Context of a leader's signature over a block hash. */
export const BLOCK_CONTEXT = 'training-ledger/block/v1';
/** Context of a worker's signature over its account id. */
export const WORKER_CONTEXT = 'training-ledger/worker/v1';

/** Bytes of a public key and of a signature. */
export const ML_DSA_PUBLIC_KEY_BYTES = 1952;
export const ML_DSA_SIGNATURE_BYTES = 3309;

/** An ML-DSA-65 key pair. */
export interface MlDsaKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/**
 * The key pair of a 32-byte seed.
 * @throws SdkError `KEY_LENGTH`.
 */
export function mlDsaKeyPair(seed: Uint8Array): MlDsaKeyPair {
  if (seed.length !== 32) throw new SdkError('KEY_LENGTH', 'A seed of ML-DSA-65 has 32 bytes.');
  return ml_dsa65.keygen(seed);
}

/** Signs under a context. Hedged: two signatures of one message differ. */
export function mlDsaSign(key: MlDsaKeyPair, message: Uint8Array, context: string): Uint8Array {
  return ml_dsa65.sign(message, key.secretKey, { context: utf8ToBytes(context) });
}

/** Whether a signature is the key's over the message under the context. False for malformed keys and signatures. */
export function mlDsaVerify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  context: string,
): boolean {
  if (publicKey.length !== ML_DSA_PUBLIC_KEY_BYTES) return false;
  if (signature.length !== ML_DSA_SIGNATURE_BYTES) return false;
  return ml_dsa65.verify(signature, message, publicKey, { context: utf8ToBytes(context) });
}
