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
export * from './prover/prover.ts';
export { createSnarkjsProver, type SnarkjsProverOptions } from './prover/snarkjs.ts';
