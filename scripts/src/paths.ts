// SPDX-License-Identifier: Apache-2.0
// Where things lie in the repository.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const CHAIN = join(ROOT, 'chain');
/** The native prover. */
export const PROVER = join(ROOT, 'circuits', 'native');
/** The native executor of the embedded network. */
export const EXECUTOR = join(ROOT, 'network', 'native');
export const RUNTIME_TYPES = join(ROOT, 'runtime-types');
/** Cargo's target folder: outside the checkout, so that a fresh clone does not compile the dependencies again. */
export const CARGO_TARGET =
  process.env['CARGO_TARGET_DIR'] ?? join(homedir(), '.cache', 'training-ledger', 'target');

/** The compact compressed runtime. */
export const RUNTIME_WASM = join(
  RUNTIME_TYPES,
  'wasm',
  'training_ledger_runtime.compact.compressed.wasm',
);
/** What the runtime was built from. */
export const RUNTIME_SOURCE = join(RUNTIME_TYPES, 'wasm', 'source.json');
