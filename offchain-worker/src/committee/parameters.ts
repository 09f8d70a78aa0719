// SPDX-License-Identifier: Apache-2.0
// Parameters of the committee's keys. Those of the ciphertexts that it opens are the SDK's ring KEY: BFV (Fan and Vercauteren,
// eprint 2012/144), degree 4096, 128-bit security with 109 bits of modulus in all, keys included.
import { DEGREE, KEY } from '@training-ledger/sdk';

/** A ring Z_Q[X]/(X^degree + 1) with Q the product of the primes. */
export interface KeyRingParameters {
  /** A power of two, at least 16. */
  readonly degree: number;
  /** Distinct primes below 2^43.5, each 1 modulo twice the degree. */
  readonly primes: readonly number[];
}

/** SEAL's `CoeffModulus.Create(4096, [43, 43, 23])`: the data primes, and the one that only keys have. */
export const KEY_RING: KeyRingParameters = {
  degree: DEGREE,
  primes: [...KEY.primes, 8_380_417],
};

/** Primes of ciphertexts: q is the product of the first two. */
export const DATA_PRIMES = 2;

/** SEAL's ciphertexts hold round(q m / 2^12). */
export const PLAIN_MODULUS = 2 ** KEY.plainBits;

/** Most members of a committee. */
export const MAX_MEMBERS = 7;

/** Least threshold: one member alone never opens anything. */
export const MIN_THRESHOLD = 2;

/** Smudging errors are uniform in [-2^71, 2^71). What that hides is derived in `smudging.test.ts`. */
export const SMUDGING_BITS = 71;

/**
 * Members scale the ciphertext by this number before they decrypt it in part. In the ring of 16th roots of unity 2 clears
 * the denominators of the relations between Shamir shares, so that nothing of the ciphertext's error is left in a share
 * that the smudging error does not hide.
 */
export const CLEARING_FACTOR = 2;

/** Bits of a prime: what a limb takes in a file. */
export const bitsOf = (prime: number): number => Math.floor(Math.log2(prime)) + 1;
