// SPDX-License-Identifier: Apache-2.0
// The post-quantum primitives behind one interface: ML-DSA-65 (FIPS 204) and ML-KEM-768 (FIPS 203). Node's own code where
// it has them, because it is constant-time and several times faster; else @noble/post-quantum, which is not constant-time.
// Keys are the standards' raw bytes in both, so that what one makes the other takes.
import { nativeSuite } from './native-suite.ts';
import { nobleSuite } from './noble-suite.ts';

/** Bytes of a seed, a public and a secret key and a signature of ML-DSA-65. */
export const ML_DSA_SEED_BYTES = 32;
export const ML_DSA_PUBLIC_KEY_BYTES = 1952;
export const ML_DSA_SECRET_KEY_BYTES = 4032;
export const ML_DSA_SIGNATURE_BYTES = 3309;

/** Bytes of a seed, a public and a secret key and an encapsulation of ML-KEM-768. */
export const ML_KEM_SEED_BYTES = 64;
export const ML_KEM_PUBLIC_KEY_BYTES = 1184;
export const ML_KEM_SECRET_KEY_BYTES = 2400;
export const ML_KEM_CIPHERTEXT_BYTES = 1088;

/** A key pair in the standards' encodings. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** The primitives. Callers check lengths first; implementations may throw anything for bytes that are no keys. */
export interface PostQuantumSuite {
  readonly name: 'node:crypto' | '@noble/post-quantum';
  /** Whether secrets do not show in how long it takes. */
  readonly isConstantTime: boolean;
  /** ML-DSA.KeyGen of a 32-byte seed. */
  signatureKeys(seed: Uint8Array): KeyPair;
  /** Hedged ML-DSA.Sign. `context` has at most 255 bytes. */
  sign(secretKey: Uint8Array, message: Uint8Array, context: Uint8Array): Uint8Array;
  /** ML-DSA.Verify. */
  verify(
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
    context: Uint8Array,
  ): boolean;
  /** ML-KEM.KeyGen of a 64-byte seed. */
  kemKeys(seed: Uint8Array): KeyPair;
  /** ML-KEM.Encaps; throws for a public key that is not canonical. */
  encapsulate(publicKey: Uint8Array): { ciphertext: Uint8Array; sharedSecret: Uint8Array };
  /** ML-KEM.Decaps, with implicit rejection. */
  decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array;
}

/** The suite that this process uses. */
export const suite: PostQuantumSuite = nativeSuite() ?? nobleSuite;
