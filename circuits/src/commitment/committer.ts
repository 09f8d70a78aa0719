// SPDX-License-Identifier: GPL-3.0-only
// What every committer does. Applications depend on this, not on a certain one.
//
// A vector commitment is a Pedersen commitment without blinding over BN254's G1: sum of v_i * G_i, for generators that nobody knows
// a relation between (generators.ts). It binds to the vector, up to zeros at its end, and hides nothing. The sum of two
// commitments is the commitment of the vectors' sum modulo the group order.
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import type { Vector } from './packed.ts';

/** Bytes of a scalar, little-endian, and of a commitment, in arkworks' compressed form. */
export const SCALAR_BYTES = 32;
/** Most scalars of a vector. */
export const MAX_SCALARS = 400_000;
/** Most openings that are checked at once. */
export const MAX_OPENINGS = 4096;

/** A commitment that somebody says opens to a vector. */
export interface Opening {
  /** 32 bytes, arkworks' compressed form. */
  readonly commitment: Uint8Array;
}

/**
 * Gives the vector of an opening, or undefined where there is none or it has another length than it ought to. The bytes must stay as
 * they are until the check is done: they are not copied.
 */
export type ReadVector = (index: number) => Promise<Vector | undefined>;

/** Makes and checks vector commitments. */
export interface VectorCommitter {
  /** Name of the backend, for logs. */
  readonly backend: string;
  /**
   * The commitment of 1 to {@link MAX_SCALARS} scalars below the group order, as they are or packed: 32 bytes in arkworks' compressed
   * form.
   * @throws CommitterError `VECTOR_INVALID` for other vectors, `BACKEND` or `CLOSED`.
   */
  commit(vector: Vector): Promise<Uint8Array>;
  /**
   * The indices of openings that do not hold, rising. One holds if `read` gives a vector that {@link commit} accepts and whose
   * commitment has exactly the opening's bytes; vectors of different lengths are each as long as they are, and one with zeros
   * appended has the same commitment: `read` is who knows the right length. All are checked together by one random
   * combination, with 128-bit coefficients that are new for every check; where it does not hold, by halves. Then vectors are read
   * again, at most log2(n) + 1 times. A wrong opening is missed with a probability of 2^-128. At most four vectors that
   * were read are in memory, three of them as scalars as well, and one sum as long as the longest.
   * @throws CommitterError `TOO_MANY_OPENINGS` for more than {@link MAX_OPENINGS}, `BACKEND` or `CLOSED`; and what `read` throws.
   */
  checkOpenings(openings: readonly Opening[], read: ReadVector): Promise<number[]>;
  /** Ends what the committer runs. What waits fails with `CLOSED`, and what is running unless it is done before. */
  close(): Promise<void>;
}

/** Options of a committer. */
export interface CommitterOptions {
  /** Folder in which generators are kept; by default one below `~/.cache/training-ledger`. */
  readonly cache?: string;
}

/** Codes of {@link CommitterError}. */
export type CommitterErrorCode =
  | 'VECTOR_INVALID'
  | 'TOO_MANY_OPENINGS'
  | 'CLOSED'
  | 'NOT_AVAILABLE'
  | 'BACKEND';

/** A commitment was not made, or openings were not checked. */
export class CommitterError extends LedgerError {
  constructor(
    code: CommitterErrorCode,
    shortMessage: string,
    { hint, cause }: { readonly hint?: string; readonly cause?: unknown } = {},
  ) {
    super(shortMessage, { code, ...(hint === undefined ? {} : { hint }), cause });
  }
}

/** The committer was closed. */
export function closedError(): CommitterError {
  return new CommitterError('CLOSED', 'The committer is closed.');
}
