// SPDX-License-Identifier: GPL-3.0-only
// Provers of the protocol's statements, and their keys.
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
