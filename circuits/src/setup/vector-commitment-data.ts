// SPDX-License-Identifier: GPL-3.0-only
// The known answers of vector commitments, by the WASM committer. circuits/vectors/pedersen.py computes the same with code of its
// own, and the tests hold every committer to them.
import { createHash } from 'node:crypto';
import { FIELD_ORDER, fieldToBytes } from '@training-ledger/protocol/statements';
import { createWasmVectorCommitter } from '../commitment/wasm-committer.ts';

/** Content of vector-commitments.json. */
export interface VectorCommitmentData {
  /** G_0 to G_3, compressed. */
  readonly generators: readonly string[];
  /** Scalars in decimal, and the compressed commitment. */
  readonly commitments: readonly {
    readonly scalars: readonly string[];
    readonly commitment: string;
  }[];
}

const drawn = (count: number, bytes: number): bigint[] =>
  Array.from({ length: count }, (_, i) => {
    const digest = createHash('sha256').update(`vector commitment/${count}/${i}`).digest('hex');
    return BigInt(`0x${digest.slice(0, 2 * bytes)}`) % FIELD_ORDER;
  });

const VECTORS: readonly (readonly bigint[])[] = [
  [1n],
  [0n],
  [FIELD_ORDER - 1n],
  [0n, 0n, 7n],
  [1n, FIELD_ORDER - 1n, 2n ** 128n, 0n],
  // As updates and their sums have them: limbs that fill 30 and 28 bytes.
  drawn(8, 30),
  drawn(5, 28),
  drawn(40, 32),
];

/** The commitment of scalars. */
async function commitAll(vectors: readonly (readonly bigint[])[]): Promise<string[]> {
  const committer = createWasmVectorCommitter();
  const commitments: string[] = [];
  for (const scalars of vectors) {
    const bytes = await committer.commit(Buffer.concat(scalars.map(fieldToBytes)));
    commitments.push(Buffer.from(bytes).toString('hex'));
  }
  await committer.close();
  return commitments;
}

/** The known answers, computed anew. */
export async function vectorCommitmentData(): Promise<VectorCommitmentData> {
  const units = [[1n], [0n, 1n], [0n, 0n, 1n], [0n, 0n, 0n, 1n]];
  const commitments = await commitAll(VECTORS);
  return {
    generators: await commitAll(units),
    commitments: VECTORS.map((scalars, i) => ({
      scalars: scalars.map(String),
      commitment: commitments[i] as string,
    })),
  };
}
