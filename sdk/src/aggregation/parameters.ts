// SPDX-License-Identifier: Apache-2.0
// The two rings of encrypted aggregation. An update is sealed in two parts: a one-time key, encrypted under the
// federation's collective BFV key (ring KEY), and the update itself, masked by products of that key (ring MASK).
//
// Security: both use degree 4,096 with ternary secrets and centred errors of standard deviation 3.2. For 128 bits of
// classical security the HomomorphicEncryption.org standard (2018, table 1) allows moduli of up to 109 bits in all at this
// degree. KEY uses 43 + 43 + 23 = 109 bits. MASK's samples are given modulo its two data primes, 72 bits; SEAL's parameter
// set has 36 + 36 + 37 = 109, the last of which serves no sample. Plain moduli do not matter to security.
//
// Room: a sum of 1,024 key parts stays a sum over the integers of 43 + 10 = 53 bits a limb, which a double holds exactly.
// A masked coefficient's error is at most 21 (binomial) + 1/2 (rounding) a contributor, so at most 22,016 in 1,024, where
// decryption fails from half the scale q/t on, 32,767. Honest sums always open.

/** A ring Z_q[X] / (X^4096 + 1) in residues of its primes. */
export interface RingParameters {
  /** Bits of each prime, as SEAL's `CoeffModulus.Create` takes them; the last one is used by keys alone. */
  readonly modulusBits: readonly [number, number, number];
  /** The primes of ciphertexts: the first two that SEAL makes of those bits. */
  readonly primes: readonly [number, number];
  /** Bits of the plain modulus, a power of two. */
  readonly plainBits: number;
  /** Bits of a limb, a coefficient's residue of one prime, in an update file. */
  readonly limbBits: number;
}

/** Coefficients of a polynomial. */
export const DEGREE = 4_096;

/** One-time keys are coefficients of a BFV ciphertext in this ring. */
export const KEY: RingParameters = {
  modulusBits: [43, 43, 23],
  primes: [8_796_092_833_793, 8_796_092_858_369],
  plainBits: 12,
  limbBits: 43,
};

/** Updates are masked in this ring. */
export const MASK: RingParameters = {
  modulusBits: [36, 36, 37],
  primes: [68_719_230_977, 68_719_403_009],
  plainBits: 56,
  limbBits: 36,
};

/** Updates of one sum at most, as many as a round has ops. */
export const MAX_CONTRIBUTORS = 1_024;

/** Parameters of an update at most: its sum stays within what content stores take. */
export const MAX_PARAMETERS = 2 ** 24;

/** Largest absolute value of the centred binomial error: the number of coin pairs. */
export const ERROR_BOUND = 21;

/** Limbs of a key part: two polynomials modulo two primes. */
export const KEY_LIMBS = 4 * DEGREE;
