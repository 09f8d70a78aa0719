// SPDX-License-Identifier: Apache-2.0
// The ring Z_Q[X]/(X^N + 1) in residues modulo the primes of Q.
//
// A polynomial is a Float64Array of whole residues, one prime after another, N each: SEAL's order. In NTT form the residue at
// i is the value at psi^(2 rev(i) + 1), where rev reverses bits and psi is the least primitive 2N-th root of unity modulo
// the prime: SEAL's order again. Butterflies: Longa and Naehrig, eprint 2016/504, algorithms 1 and 2.
import { addMod, inverseMod, mulMod, powMod, residue, subMod } from './modular.ts';
import type { KeyRingParameters } from './parameters.ts';

/** Residues, one prime after another. Polynomials with fewer primes than the ring have its first ones. */
export type Polynomial = Float64Array;

interface Tables {
  readonly prime: number;
  /** Powers of psi and of its inverse at bit-reversed exponents. */
  readonly roots: Float64Array;
  readonly inverses: Float64Array;
  readonly degreeInverse: number;
}

/** A ring with its tables. Immutable; make one for each pair of degree and primes. */
export class Ring {
  readonly degree: number;
  readonly primes: readonly number[];
  readonly #tables: readonly Tables[];

  constructor({ degree, primes }: KeyRingParameters) {
    this.degree = degree;
    this.primes = primes;
    this.#tables = primes.map((prime) => tables(prime, degree));
  }

  /** The zero polynomial modulo the first `primes` primes. */
  zero(primes = this.primes.length): Polynomial {
    return new Float64Array(primes * this.degree);
  }

  /** Residues of integer coefficients of at most 53 bits and sign, `degree` of them. */
  fromIntegers(coefficients: ArrayLike<number>, primes = this.primes.length): Polynomial {
    const out = this.zero(primes);
    for (let l = 0; l < primes; l++) {
      const p = this.primes[l] as number;
      for (let i = 0; i < this.degree; i++) {
        out[l * this.degree + i] = residue(coefficients[i] as number, p);
      }
    }
    return out;
  }

  /** X^exponent in NTT form, for an exponent in [0, degree). */
  monomial(exponent: number, primes = this.primes.length): Polynomial {
    const coefficients = new Float64Array(this.degree);
    coefficients[exponent] = 1;
    return this.toNtt(this.fromIntegers(coefficients, primes));
  }

  add(a: Polynomial, b: Polynomial): Polynomial {
    return this.#map(a, b, addMod);
  }

  subtract(a: Polynomial, b: Polynomial): Polynomial {
    return this.#map(a, b, subMod);
  }

  /** Products of values at the same place: of polynomials in NTT form. */
  multiply(a: Polynomial, b: Polynomial): Polynomial {
    return this.#map(a, b, mulMod);
  }

  /** The product with a whole number below every prime. */
  scale(a: Polynomial, factor: number): Polynomial {
    return this.#map(a, a, (value, _, p) => mulMod(value, factor, p));
  }

  /** To NTT form, in a new array. */
  toNtt(a: Polynomial): Polynomial {
    const out = a.slice();
    for (let l = 0; l * this.degree < out.length; l++) {
      forward(out.subarray(l * this.degree, (l + 1) * this.degree), this.#tables[l] as Tables);
    }
    return out;
  }

  /** From NTT form, in a new array. */
  fromNtt(a: Polynomial): Polynomial {
    const out = a.slice();
    for (let l = 0; l * this.degree < out.length; l++) {
      backward(out.subarray(l * this.degree, (l + 1) * this.degree), this.#tables[l] as Tables);
    }
    return out;
  }

  #map(
    a: Polynomial,
    b: Polynomial,
    operation: (x: number, y: number, p: number) => number,
  ): Polynomial {
    const out = new Float64Array(a.length);
    for (let l = 0; l * this.degree < a.length; l++) {
      const p = this.primes[l] as number;
      for (let i = l * this.degree; i < (l + 1) * this.degree; i++) {
        out[i] = operation(a[i] as number, b[i] as number, p);
      }
    }
    return out;
  }
}

function forward(a: Float64Array, { prime, roots }: Tables): void {
  for (let m = 1, t = a.length / 2; m < a.length; m *= 2, t /= 2) {
    for (let i = 0; i < m; i++) {
      const root = roots[m + i] as number;
      for (let j = 2 * i * t; j < 2 * i * t + t; j++) {
        const u = a[j] as number;
        const v = mulMod(a[j + t] as number, root, prime);
        a[j] = addMod(u, v, prime);
        a[j + t] = subMod(u, v, prime);
      }
    }
  }
}

function backward(a: Float64Array, { prime, inverses, degreeInverse }: Tables): void {
  for (let m = a.length / 2, t = 1; m >= 1; m /= 2, t *= 2) {
    for (let i = 0; i < m; i++) {
      const root = inverses[m + i] as number;
      for (let j = 2 * i * t; j < 2 * i * t + t; j++) {
        const u = a[j] as number;
        const v = a[j + t] as number;
        a[j] = addMod(u, v, prime);
        a[j + t] = mulMod(subMod(u, v, prime), root, prime);
      }
    }
  }
  for (let i = 0; i < a.length; i++) a[i] = mulMod(a[i] as number, degreeInverse, prime);
}

function tables(prime: number, degree: number): Tables {
  const psi = leastRoot(prime, degree);
  const roots = new Float64Array(degree);
  const inverses = new Float64Array(degree);
  const bits = Math.log2(degree);
  const inverse = inverseMod(psi, prime);
  for (let i = 0, power = 1, inversePower = 1; i < degree; i++) {
    const at = reverse(i, bits);
    roots[at] = power;
    inverses[at] = inversePower;
    power = mulMod(power, psi, prime);
    inversePower = mulMod(inversePower, inverse, prime);
  }
  return { prime, roots, inverses, degreeInverse: inverseMod(degree, prime) };
}

/** The least of the primitive 2N-th roots of unity: they are the odd powers of any of them. */
function leastRoot(prime: number, degree: number): number {
  let root = 0;
  for (let base = 2; root === 0; base++) {
    const candidate = powMod(base, (prime - 1) / (2 * degree), prime);
    if (powMod(candidate, degree, prime) === prime - 1) root = candidate;
  }
  const square = mulMod(root, root, prime);
  let least = root;
  for (let i = 0, power = root; i < degree; i++) {
    least = Math.min(least, power);
    power = mulMod(power, square, prime);
  }
  return least;
}

function reverse(value: number, bits: number): number {
  let out = 0;
  for (let i = 0; i < bits; i++) out |= ((value >> i) & 1) << (bits - 1 - i);
  return out;
}
