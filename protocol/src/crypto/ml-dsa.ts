// SPDX-License-Identifier: Apache-2.0
// ML-DSA-65 (FIPS 204) with context strings, which keep the signatures of different purposes apart.
import { utf8ToBytes } from '../bytes.ts';
import { ProtocolError } from '../errors.ts';
import {
  ML_DSA_PUBLIC_KEY_BYTES,
  ML_DSA_SECRET_KEY_BYTES,
  ML_DSA_SEED_BYTES,
  ML_DSA_SIGNATURE_BYTES,
  suite,
} from './suite.ts';

/** Context of a leader's signature over a block hash. */
export const BLOCK_CONTEXT = 'training-ledger/block/v1';
/** Context of a worker's signature over its account id. */
export const WORKER_CONTEXT = 'training-ledger/worker/v1';

/** An ML-DSA-65 key pair: public key of 1,952 bytes, secret key of 4,032. */
export interface MlDsaKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/**
 * The key pair of a 32-byte seed.
 * @throws ProtocolError `KEY_LENGTH`.
 */
export function mlDsaKeyPair(seed: Uint8Array): MlDsaKeyPair {
  if (seed.length !== ML_DSA_SEED_BYTES) {
    throw new ProtocolError('KEY_LENGTH', `A seed of ML-DSA-65 has ${ML_DSA_SEED_BYTES} bytes.`);
  }
  return suite.signatureKeys(seed);
}

/**
 * Signs under a context. Hedged: two signatures of one message differ.
 * @throws ProtocolError `KEY_LENGTH` or, for a context of more than 255 bytes, `ARGUMENT_INVALID`.
 */
export function mlDsaSign(
  { secretKey }: Pick<MlDsaKeyPair, 'secretKey'>,
  message: Uint8Array,
  context: string,
): Uint8Array {
  if (secretKey.length !== ML_DSA_SECRET_KEY_BYTES) {
    throw new ProtocolError(
      'KEY_LENGTH',
      `A secret key of ML-DSA-65 has ${ML_DSA_SECRET_KEY_BYTES} bytes.`,
    );
  }
  const bytes = utf8ToBytes(context);
  if (bytes.length > 255) {
    throw new ProtocolError('ARGUMENT_INVALID', 'A context has at most 255 bytes.');
  }
  return suite.sign(secretKey, message, bytes);
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
  try {
    return suite.verify(publicKey, message, signature, utf8ToBytes(context));
  } catch {
    return false;
  }
}
