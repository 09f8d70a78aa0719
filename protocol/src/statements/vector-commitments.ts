// SPDX-License-Identifier: Apache-2.0
// Vector commitments as points of BN254's G1, which add up as the vectors do.

import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { decodeG1, encodeG1, type G1Point } from './groth16-encoding.ts';

/** Bytes of a vector commitment: arkworks' compressed form, x little-endian and two flags in the last byte. */
export const VECTOR_COMMITMENT_BYTES = 32;

/** Bytes are no vector commitment. */
export class VectorCommitmentError extends LedgerError {
  constructor(cause: unknown) {
    super('The bytes are not the compressed form of a point of BN254.', {
      code: 'VECTOR_COMMITMENT_ENCODING',
      ...(cause instanceof LedgerError && cause.details !== undefined
        ? { details: cause.details }
        : {}),
      cause,
    });
  }
}

/**
 * The commitment of the sum of vectors from theirs, 32 bytes each; of no vectors, the point at infinity.
 * @throws VectorCommitmentError for bytes that are no commitment.
 */
export function addCommitments(points: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = points.map(decode);
  return encode(others.reduce((sum, point) => sum?.add(point), first));
}

/**
 * The commitment of the difference a - b of two vectors from theirs, 32 bytes each.
 * @throws VectorCommitmentError for bytes that are no commitment.
 */
export function subtractCommitments(a: Uint8Array, b: Uint8Array): Uint8Array {
  return encode(decode(a).subtract(decode(b)));
}

function decode(bytes: Uint8Array): G1Point {
  try {
    return decodeG1(bytes);
  } catch (error) {
    throw new VectorCommitmentError(error);
  }
}

function encode(point: G1Point | undefined): Uint8Array {
  return encodeG1(point === undefined || point.is0() ? undefined : point.toAffine());
}
