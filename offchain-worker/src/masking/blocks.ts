// SPDX-License-Identifier: Apache-2.0
// The masks of a whole update: products of a one-time key, or of a sum of them, with the common polynomials, block by block.
import { DEGREE } from '@training-ledger/sdk';
import { type MaskFactor, POLYNOMIAL_LIMBS } from '../bfv/mask-ring.ts';
import { commonPair } from './common-polynomials.ts';

/** The mask of a block, cut to the coefficients that are used. */
export interface BlockMask {
  /** Number of its first coefficient in the update. */
  readonly start: number;
  /** Residues of the first prime. */
  readonly first: Float64Array;
  /** Residues of the second prime. */
  readonly second: Float64Array;
}

/** Yields the masks of `coefficients` coefficients; two blocks are multiplied at a time. */
export function* blockMasks(
  base: Uint8Array,
  factor: MaskFactor,
  coefficients: number,
): Generator<BlockMask> {
  for (let block = 0; block * DEGREE < coefficients; block += 2) {
    const products = factor.multiply(commonPair(base, block));
    for (const i of [0, 1]) {
      const start = (block + i) * DEGREE;
      if (start >= coefficients) return;
      const used = Math.min(DEGREE, coefficients - start);
      const at = i * POLYNOMIAL_LIMBS;
      yield {
        start,
        first: products.subarray(at, at + used),
        second: products.subarray(at + DEGREE, at + DEGREE + used),
      };
    }
  }
}
