// SPDX-License-Identifier: GPL-3.0-only
// Every committer passes the same tests; and vectors for them.

import { fieldToBytes } from '@training-ledger/protocol/statements';
import type { CommitterOptions, VectorCommitter } from '../commitment/committer.ts';
import { createNativeVectorCommitter } from '../commitment/native-committer.ts';
import { createWasmVectorCommitter } from '../commitment/wasm-committer.ts';
import { findNativeProver } from '../prover/native.ts';

/** The committers that run on this machine. */
export const COMMITTERS: readonly {
  readonly name: string;
  readonly create: (options?: CommitterOptions) => VectorCommitter;
}[] = [
  { name: 'wasm', create: createWasmVectorCommitter },
  ...(findNativeProver() === undefined
    ? []
    : [{ name: 'native', create: createNativeVectorCommitter }]),
];

/** Scalars as bytes. */
export const vectorOf = (scalars: readonly bigint[]): Uint8Array =>
  new Uint8Array(Buffer.concat(scalars.map(fieldToBytes)));

/** A vector of `count` scalars below 2^240. */
export function randomVector(count: number): Uint8Array {
  const vector = new Uint8Array(32 * count);
  for (let i = 0; i < count; i++) crypto.getRandomValues(vector.subarray(32 * i, 32 * i + 30));
  return vector;
}
