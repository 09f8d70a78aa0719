// SPDX-License-Identifier: GPL-3.0-only
// The prover for browsers and other places without processes and files.
import '@training-ledger/runtime-types/require-node';

export {
  type CircuitBytes,
  createPortableProver,
  type PortableProverOptions,
} from './prover/portable-prover.ts';
export * from './prover/prover.ts';
