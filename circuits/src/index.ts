// SPDX-License-Identifier: GPL-3.0-only
// Provers of the protocol's statements, their keys, and commitments to vectors.
import '@training-ledger/runtime-types/require-node';

export {
  CommitterError,
  type CommitterErrorCode,
  type CommitterOptions,
  MAX_OPENINGS,
  MAX_SCALARS,
  type Opening,
  type ReadVector,
  SCALAR_BYTES,
  type VectorCommitter,
} from './commitment/committer.ts';
export { createVectorCommitter } from './commitment/create-committer.ts';
export { createNativeVectorCommitter } from './commitment/native-committer.ts';
export type { LimbStream, PackedVector, Vector } from './commitment/packed.ts';
export { createWasmVectorCommitter } from './commitment/wasm-committer.ts';
export { ensureKeys } from './ensure-keys.ts';
export {
  type CircuitEntry,
  type CircuitFiles,
  developmentKeys,
  type Keys,
  type KeysManifest,
  keysInfo,
  keysOfCircuit,
  openKeys,
  type ProvingFiles,
  unshippedKeys,
  verifyingKeyBytes,
} from './keys.ts';
export {
  builtProgram,
  findNativeProver,
  type NativeProver,
  PROVER_VARIABLE,
  shippedProgram,
} from './prover/native.ts';
export {
  createNativeProver,
  createProver,
  createSnarkjsProver,
  type ProverOptions,
} from './prover/process-prover.ts';
export * from './prover/prover.ts';
