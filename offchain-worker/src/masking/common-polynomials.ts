// SPDX-License-Identifier: Apache-2.0
// The common polynomials of two blocks, as the ring of masks multiplies them, with the platform's SHAKE128.
import { createHash } from 'node:crypto';
import { DEGREE, maskPolynomial, type Shake128 } from '@training-ledger/sdk';
import { POLYNOMIAL_LIMBS } from '../bfv/mask-ring.ts';

const shake128: Shake128 = (message, bytes) =>
  createHash('shake128', { outputLength: bytes }).update(message).digest();

/**
 * Limbs of the polynomials of `block` and of the one after it, in NTT form.
 * @param base The base model's id, 32 bytes.
 * @throws SdkError `ARGUMENT_INVALID`.
 */
export function commonPair(base: Uint8Array, block: number): Float64Array {
  const limbs = new Float64Array(2 * POLYNOMIAL_LIMBS);
  for (const i of [0, 1]) {
    for (const prime of [0, 1] as const) {
      const polynomial = maskPolynomial(base, block + i, prime, shake128);
      limbs.set(polynomial, i * POLYNOMIAL_LIMBS + prime * DEGREE);
    }
  }
  return limbs;
}
