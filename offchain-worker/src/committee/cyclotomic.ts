// SPDX-License-Identifier: Apache-2.0
// Exact numbers of the field Q(zeta), zeta a primitive 16th root of unity: how errors grow in relations between shares.
//
// An element is a sum of c_i zeta^i / 2^shift, i from 0 to 7, where zeta^8 = -1. No other denominators occur: for w of
// order 2h, (1 - w)(1 + w + ... + w^(h-1)) = 2.

/** An element of Q(zeta) whose denominator is a power of two. */
export interface Cyclotomic {
  readonly coefficients: readonly bigint[];
  /** Least whole number that makes 2^shift times the element a whole combination of powers of zeta. */
  readonly shift: number;
}

const HALF = 8;

/** zeta^exponent. */
export function root(exponent: number): Cyclotomic {
  const coefficients = new Array<bigint>(HALF).fill(0n);
  const e = modulo(exponent);
  coefficients[e % HALF] = e < HALF ? 1n : -1n;
  return { coefficients, shift: 0 };
}

/** a * b. */
export function times(a: Cyclotomic, b: Cyclotomic): Cyclotomic {
  const coefficients = new Array<bigint>(HALF).fill(0n);
  a.coefficients.forEach((x, i) => {
    b.coefficients.forEach((y, j) => {
      const at = (i + j) % HALF;
      coefficients[at] = (coefficients[at] as bigint) + (i + j < HALF ? x * y : -x * y);
    });
  });
  return reduced(coefficients, a.shift + b.shift);
}

/** zeta^a - zeta^b. */
export function difference(a: number, b: number): Cyclotomic {
  const minus = root(b + HALF).coefficients;
  return reduced(
    root(a).coefficients.map((x, i) => x + (minus[i] as bigint)),
    0,
  );
}

/** 1 / (zeta^a - zeta^b), for a and b that differ modulo 16. */
export function inverseDifference(a: number, b: number): Cyclotomic {
  const step = modulo(b - a);
  let half = HALF;
  for (let s = step; s % 2 === 0; s /= 2) half /= 2;
  let sum: readonly bigint[] = new Array<bigint>(HALF).fill(0n);
  for (let i = 0; i < half; i++) {
    const term = root(step * i - a).coefficients;
    sum = sum.map((x, at) => x + (term[at] as bigint));
  }
  return reduced(sum, 1);
}

/** Sum of the absolute values of the coefficients of 2^shift times the element; `shift` at least the element's own. */
export const norm1 = ({ coefficients, shift: own }: Cyclotomic, shift: number): bigint =>
  coefficients.reduce((sum, x) => sum + (x < 0n ? -x : x), 0n) << BigInt(shift - own);

/**
 * Lagrange's coefficient of `position` in `set` for the value at 0 (`at` = 0) or at the point of the member `at`, where
 * member j has the point zeta^(j-1).
 */
export function lagrangeExact(set: readonly number[], position: number, at: number): Cyclotomic {
  let value = root(0);
  for (const other of set) {
    if (other === position) continue;
    const over = at === 0 ? root(other - 1 + HALF) : difference(at - 1, other - 1);
    value = times(times(value, over), inverseDifference(position - 1, other - 1));
  }
  return value;
}

/** 1 / {@link lagrangeExact} of `position` in `set` at 0. */
export function inverseLagrangeExact(set: readonly number[], position: number): Cyclotomic {
  let value = root(0);
  for (const other of set) {
    if (other === position) continue;
    value = times(value, times(difference(position - 1, other - 1), root(HALF - (other - 1))));
  }
  return value;
}

const modulo = (exponent: number): number => ((exponent % (2 * HALF)) + 2 * HALF) % (2 * HALF);

function reduced(coefficients: readonly bigint[], shift: number): Cyclotomic {
  let values = coefficients;
  let left = shift;
  while (left > 0 && values.every((x) => x % 2n === 0n)) {
    values = values.map((x) => x / 2n);
    left--;
  }
  return { coefficients: values, shift: left };
}
