// SPDX-License-Identifier: Apache-2.0
// Random polynomials: of the platform's generator, or of a known source in tests of known answers.
//
// How bytes are read is part of the test vectors: one value after another, little-endian, no byte read ahead.
import { randomBytes } from 'node:crypto';
import { ERROR_BOUND } from '@training-ledger/sdk';
import { addMod, mulMod, residue } from './modular.ts';
import { bitsOf, SMUDGING_BITS } from './parameters.ts';
import type { Polynomial, Ring } from './ring.ts';

/** A source of random bytes. */
export type RandomSource = (length: number) => Uint8Array;

const CHUNK = 4096;
/** A smudging error has a bit more than its bound. */
const SMUDGING_BYTES = (SMUDGING_BITS + 1) / 8;

/** The operating system's generator, fetched in chunks: a call for each value would cost more than the value. */
export function systemRandom(): RandomSource {
  let chunk = randomBytes(0);
  let at = 0;
  return (length) => {
    if (at + length > chunk.length) {
      chunk = randomBytes(Math.max(CHUNK, length));
      at = 0;
    }
    const out = chunk.subarray(at, at + length);
    at += length;
    return out;
  };
}

/** Coefficients of -1, 0 and 1, each with a third: one byte a try, 255 is passed over. */
export function ternary(degree: number, random: RandomSource): Int8Array {
  const out = new Int8Array(degree);
  for (let i = 0; i < degree; ) {
    const byte = random(1)[0] as number;
    if (byte < 255) out[i++] = (byte % 3) - 1;
  }
  return out;
}

/**
 * Coefficients of the centered binomial distribution of twice 21 bits, standard deviation 3.24: six bytes each; the bits of
 * the first three (without the top three) count up, those of the last three down.
 */
export function binomial(degree: number, random: RandomSource): Int8Array {
  const out = new Int8Array(degree);
  const ones = (b: Uint8Array, at: number): number => {
    let word = (b[at] as number) | ((b[at + 1] as number) << 8) | ((b[at + 2] as number) << 16);
    word &= 2 ** ERROR_BOUND - 1;
    let count = 0;
    for (; word !== 0; word &= word - 1) count++;
    return count;
  };
  for (let i = 0; i < degree; i++) {
    const bytes = random(6);
    out[i] = ones(bytes, 0) - ones(bytes, 3);
  }
  return out;
}

/** A uniform element of the ring: rejection modulo each prime. In NTT form or not, it is uniform in both. */
export function uniform(ring: Ring, random: RandomSource): Polynomial {
  const out = ring.zero();
  ring.primes.forEach((prime, l) => {
    uniformInto(out.subarray(l * ring.degree, (l + 1) * ring.degree), prime, bitsOf(prime), random);
  });
  return out;
}

/** Fills `out` with uniform residues of a prime of `bits` bits by rejection. */
export function uniformInto(
  out: Float64Array,
  prime: number,
  bits: number,
  random: RandomSource,
): void {
  const length = Math.ceil(bits / 8);
  const top = 2 ** bits;
  for (let i = 0; i < out.length; ) {
    const bytes = random(length);
    let value = 0;
    for (let b = length - 1; b >= 0; b--) value = value * 256 + (bytes[b] as number);
    value %= top;
    if (value < prime) out[i++] = value;
  }
}

/** Residues, modulo the first `primes` primes, of coefficients uniform in [-2^71, 2^71): nine bytes each, less 2^71. */
export function smudging(ring: Ring, primes: number, random: RandomSource): Polynomial {
  const out = ring.zero(primes);
  for (let i = 0; i < ring.degree; i++) {
    const bytes = random(SMUDGING_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, SMUDGING_BYTES);
    const low = view.getUint32(0, true) + view.getUint8(4) * 2 ** 32;
    const high = view.getUint32(5, true) - 2 ** (SMUDGING_BITS - 40);
    for (let l = 0; l < primes; l++) {
      const p = ring.primes[l] as number;
      const upper = mulMod(residue(high, p), 2 ** 40, p);
      out[l * ring.degree + i] = addMod(upper, residue(low, p), p);
    }
  }
  return out;
}
