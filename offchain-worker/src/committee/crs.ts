// SPDX-License-Identifier: Apache-2.0
// The common random polynomials of a committee: a_1 is the second half of its public key, a_2 makes shares binding.
//
// SHAKE128 (FIPS 202) of "training-ledger/committee-crs/v1" ‖ base id ‖ u32le epoch ‖ u8 index ‖ u8 prime index. Each value
// takes as many bytes as the prime needs, little-endian, cut to the prime's bits; values not below the prime are passed over.
import { shake128 } from '@noble/hashes/sha3.js';
import type { Hex } from '@training-ledger/runtime-types';
import { fromHex } from '@training-ledger/sdk';
import { bitsOf } from './parameters.ts';
import type { Polynomial, Ring } from './ring.ts';
import { uniformInto } from './sampling.ts';

const DOMAIN = new TextEncoder().encode('training-ledger/committee-crs/v1');

/** The two common polynomials of a committee. */
export const commonPolynomials = (
  ring: Ring,
  { base, epoch }: { readonly base: Hex; readonly epoch: number },
): readonly [Polynomial, Polynomial] => [
  commonPolynomial(ring, base, epoch, 1),
  commonPolynomial(ring, base, epoch, 2),
];

/** The common polynomial a_index in NTT form, the same for everybody. `epoch` is a u32. */
export function commonPolynomial(ring: Ring, base: Hex, epoch: number, index: 1 | 2): Polynomial {
  const out = ring.zero();
  ring.primes.forEach((prime, l) => {
    const header = new Uint8Array(6);
    new DataView(header.buffer).setUint32(0, epoch, true);
    header.set([index, l], 4);
    const stream = shake128.create({}).update(DOMAIN).update(fromHex(base)).update(header);
    uniformInto(out.subarray(l * ring.degree, (l + 1) * ring.degree), prime, bitsOf(prime), (n) =>
      stream.xof(n),
    );
  });
  return out;
}
