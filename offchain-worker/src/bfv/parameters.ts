// SPDX-License-Identifier: Apache-2.0
// The BFV parameters of the protocol, and the sizes that follow from them. All members of a federation use the same:
// ciphertexts under other parameters cannot be added.

/** A BFV parameter set. */
export interface BfvParameters {
  readonly name: string;
  /** Ring dimension: coefficients of a polynomial, and slots of a plaintext. */
  readonly degree: number;
  /** Bits of the primes of the modulus; the last one serves keys only. */
  readonly modulusBits: readonly number[];
  /** Bits of the plaintext modulus, a prime that is 1 modulo twice the degree (batching). */
  readonly plainBits: number;
}

/**
 * 109 bits of modulus at dimension 4,096: 128-bit security by the HomomorphicEncryption.org standard (2018, table 1).
 * More than 20 bits of noise budget are left after a thousand additions.
 */
export const BFV_4096_T56: BfvParameters = {
  name: 'bfv-4096-q46.46.17-t56',
  degree: 4_096,
  modulusBits: [46, 46, 17],
  plainBits: 56,
};

/** Values of one ciphertext. */
export const SLOTS = BFV_4096_T56.degree;

const WORD = 8;
/** Bytes before the words of a serialised ciphertext or public key: SEAL's header, its fields, the header of its array. */
export const CIPHERTEXT_HEADER_BYTES = 113;
/** The same of a serialised secret key. */
export const SECRET_KEY_HEADER_BYTES = 88;

const keyPrimes = BFV_4096_T56.modulusBits.length;
const polynomialBytes = (primes: number): number => primes * SLOTS * WORD;

/** Bytes of one serialised ciphertext: two polynomials modulo all primes but the last. */
export const CIPHERTEXT_BYTES = CIPHERTEXT_HEADER_BYTES + 2 * polynomialBytes(keyPrimes - 1);
/** Bytes of a serialised public key: two polynomials modulo all primes. */
export const PUBLIC_KEY_BYTES = CIPHERTEXT_HEADER_BYTES + 2 * polynomialBytes(keyPrimes);
/** Bytes of a serialised secret key: one polynomial modulo all primes. */
export const SECRET_KEY_BYTES = SECRET_KEY_HEADER_BYTES + polynomialBytes(keyPrimes);
