// SPDX-License-Identifier: GPL-3.0-only
// The prover for browsers and other places without processes and files.
import './statements/require-node.ts';

export {
  type CircuitBytes,
  createPortableProver,
  type PortableProverOptions,
} from './prover/portable-prover.ts';
export * from './prover/prover.ts';
