// SPDX-License-Identifier: Apache-2.0
// Arithmetic modulo the primes of the masks in doubles. Every intermediate value stays below 2^53, where they are exact; a
// quotient's floor is exact as well, because the quotient of two such integers is never rounded up to the next integer.

/** Remainder of an integer of less than 53 bits, from 0 on. */
export const reduce = (value: number, prime: number): number =>
  value - Math.floor(value / prime) * prime;

const DIGIT_BITS = 12;
const DIGIT = 2 ** DIGIT_BITS;

/** A constant below 2^36 in three digits. */
export type Digits = readonly [number, number, number];

/** The digits of a constant below 2^36, the highest first. */
export const digitsOf = (constant: number): Digits => [
  Math.floor(constant / DIGIT ** 2),
  Math.floor(constant / DIGIT) % DIGIT,
  constant % DIGIT,
];

/** Product of a residue and a constant modulo a prime below 2^36. */
export function multiply(value: number, [high, middle, low]: Digits, prime: number): number {
  const first = reduce(value * high, prime);
  const second = reduce(first * DIGIT + value * middle, prime);
  return reduce(second * DIGIT + value * low, prime);
}
