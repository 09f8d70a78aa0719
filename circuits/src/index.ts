// SPDX-License-Identifier: GPL-3.0-only
// Provers of the protocol's statements, and their keys.
export {
  type CircuitEntry,
  type CircuitFiles,
  developmentKeys,
  type Keys,
  type KeysManifest,
  keysInfo,
  openKeys,
  type ProvingFiles,
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
