// SPDX-License-Identifier: Apache-2.0
// ML-KEM-768 (FIPS 203): the keys to which envelopes are wrapped.
import { randomBytes } from '@noble/hashes/utils.js';
import { ProtocolError } from '../errors.ts';
import {
  ML_KEM_PUBLIC_KEY_BYTES,
  ML_KEM_SECRET_KEY_BYTES,
  ML_KEM_SEED_BYTES,
  suite,
} from './suite.ts';

/** An ML-KEM-768 key pair: who holds the secret key can open envelopes wrapped to the public one. */
export interface KemKeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/**
 * A key pair: of a 64-byte seed, else a random one.
 * @throws ProtocolError `KEY_LENGTH`.
 */
export function kemKeyPair(seed: Uint8Array = randomBytes(ML_KEM_SEED_BYTES)): KemKeyPair {
  if (seed.length !== ML_KEM_SEED_BYTES) {
    throw new ProtocolError('KEY_LENGTH', `A seed of ML-KEM-768 has ${ML_KEM_SEED_BYTES} bytes.`);
  }
  return suite.kemKeys(seed);
}

/**
 * A fresh shared secret of 32 bytes and its encapsulation for the holder of a public key.
 * @throws ProtocolError `KEY_LENGTH` or `KEY_INVALID`.
 */
export function encapsulate(publicKey: Uint8Array): {
  ciphertext: Uint8Array;
  sharedSecret: Uint8Array;
} {
  if (publicKey.length !== ML_KEM_PUBLIC_KEY_BYTES) {
    throw new ProtocolError(
      'KEY_LENGTH',
      `A public key of ML-KEM-768 has ${ML_KEM_PUBLIC_KEY_BYTES} bytes.`,
    );
  }
  try {
    return suite.encapsulate(publicKey);
  } catch (cause) {
    // FIPS 203, section 7.2: the modulus check.
    throw new ProtocolError('KEY_INVALID', 'The bytes are not a public key of ML-KEM-768.', {
      cause,
    });
  }
}

/**
 * The shared secret of an encapsulation. Another key, or a changed encapsulation, gives another secret and no error.
 * @throws ProtocolError `KEY_LENGTH` or `KEY_INVALID`.
 */
export function decapsulate({ secretKey }: KemKeyPair, ciphertext: Uint8Array): Uint8Array {
  if (secretKey.length !== ML_KEM_SECRET_KEY_BYTES) {
    throw new ProtocolError(
      'KEY_LENGTH',
      `A secret key of ML-KEM-768 has ${ML_KEM_SECRET_KEY_BYTES} bytes.`,
    );
  }
  try {
    return suite.decapsulate(secretKey, ciphertext);
  } catch {
    // The cause might quote the key.
    throw new ProtocolError('KEY_INVALID', 'The bytes are not a secret key of ML-KEM-768.');
  }
}
