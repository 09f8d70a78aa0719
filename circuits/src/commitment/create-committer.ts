// SPDX-License-Identifier: GPL-3.0-only
// The committer that suits this machine.
import { findNativeProver } from '../prover/native.ts';
import type { CommitterOptions, VectorCommitter } from './committer.ts';
import { createNativeVectorCommitter } from './native-committer.ts';
import { createWasmVectorCommitter } from './wasm-committer.ts';

/** The fastest committer that runs here: the native one, or WASM. `backend` says which it is. */
export function createVectorCommitter(options: CommitterOptions = {}): VectorCommitter {
  return findNativeProver() === undefined
    ? createWasmVectorCommitter(options)
    : createNativeVectorCommitter(options);
}
