// SPDX-License-Identifier: Apache-2.0
// Scaling between messages modulo t = 2^56 and coefficients modulo q, the product of the two primes: a message m becomes
// round(q m / t), rounding half up, which is what SEAL's `add_plain` adds; back, a coefficient c becomes round(t c / q).
import { MASK, type PackedCoefficients } from '@training-ledger/sdk';
import { digitsOf, multiply, reduce } from './residues.ts';

const [P0, P1] = MASK.primes;
const Q = BigInt(P0) * BigInt(P1);
const T = 1n << BigInt(MASK.plainBits);

const HALF_BITS = 28;
const HALF = 2 ** HALF_BITS;
const QUARTER_BITS = 14;
const QUARTER = 2 ** QUARTER_BITS;

/** q / t, without and with its fraction in units of 1 / t. */
const FACTOR = Number(Q / T);
const FRACTION_HIGH = Number((Q % T) >> BigInt(HALF_BITS));
const FRACTION_LOW = Number((Q % T) % BigInt(HALF));

/**
 * Adds round(q m / t) to residues, message by message.
 * @param messages 56 bits each.
 * @param from The message for the first residues.
 * @param first Residues of the first prime, below it.
 * @param second Residues of the second.
 */
export function addScaled(
  messages: PackedCoefficients,
  from: number,
  first: Float64Array,
  second: Float64Array,
): void {
  for (let i = 0; i < first.length; i++) {
    const high = messages.high[from + i] as number;
    const low = messages.low[from + i] as number;
    // floor((fraction m + t / 2) / t) by quarters of m from the lowest on: each step adds its product and drops a quarter.
    let [h, l] = [0, 0];
    for (let quarter = 0; quarter < 4; quarter++) {
      const half = quarter < 2 ? low : high;
      const digit = quarter % 2 === 0 ? half % QUARTER : Math.floor(half / QUARTER);
      const rounding = quarter === 3 ? QUARTER / 2 : 0;
      const below = l + FRACTION_LOW * digit + rounding;
      const carry = Math.floor(below / HALF);
      const above = h + FRACTION_HIGH * digit + carry;
      const kept = Math.floor(above / QUARTER);
      l = Math.floor((below - carry * HALF) / QUARTER) + (above - kept * QUARTER) * QUARTER;
      h = kept;
    }
    const above = FACTOR * high + h;
    const below = FACTOR * low + l;
    first[i] = reduce((first[i] as number) + residue(above, below, P0), P0);
    second[i] = reduce((second[i] as number) + residue(above, below, P1), P1);
  }
}

/** (above 2^28 + below) modulo a prime, of two integers of up to 45 bits. */
function residue(above: number, below: number, prime: number): number {
  const half = reduce(reduce(above, prime) * QUARTER, prime);
  return reduce(half * QUARTER + below, prime);
}

/** What coefficients hold. */
export interface Unscaled {
  readonly messages: PackedCoefficients;
  /** Largest distance of a coefficient from that of its message, in absolute value. At most half of q / t, 32,767. */
  readonly noise: number;
}

/** 1 / p0 modulo p1. */
const INVERSE = digitsOf(Number(inverse(BigInt(P0), BigInt(P1))));
const SCALE = Number(T) / P1;
const NOISE_UNIT = Number(Q) / Number(T);

/**
 * The nearest messages to coefficients, and how near they are.
 * @param first Residues of the first prime, below it.
 * @param second Residues of the second.
 */
export function unscale(first: Float64Array, second: Float64Array): Unscaled {
  const messages = { low: new Uint32Array(first.length), high: new Uint32Array(first.length) };
  let largest = 0;
  for (let i = 0; i < first.length; i++) {
    const [x0, x1] = [first[i] as number, second[i] as number];
    // c = x0 + p0 v, so that t c / q = t v / p1 + t x0 / q: 56 bits of the first term by long division, ...
    let rest = multiply(reduce(x1 - x0, P1), INVERSE, P1);
    let [high, low] = [0, 0];
    for (let digit = 0; digit < 4; digit++) {
      const dividend = rest * QUARTER;
      const quotient = Math.floor(dividend / P1);
      rest = dividend - quotient * P1;
      if (digit < 2) high = high * QUARTER + quotient;
      else low = low * QUARTER + quotient;
    }
    // ... and what is left, below 2^21, to 2^-32.
    const left = rest / P1 + (x0 / P0) * SCALE;
    const nearest = Math.round(left);
    largest = Math.max(largest, Math.abs(left - nearest));
    low += nearest;
    const carry = Math.floor(low / HALF);
    messages.low[i] = low - carry * HALF;
    messages.high[i] = (high + carry) % HALF;
  }
  return { messages, noise: largest * NOISE_UNIT };
}

/** By Fermat's little theorem. */
function inverse(value: bigint, prime: bigint): bigint {
  let [result, base] = [1n, value % prime];
  for (let exponent = prime - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % prime;
    base = (base * base) % prime;
  }
  return result;
}
