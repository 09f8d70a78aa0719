// SPDX-License-Identifier: Apache-2.0
// Compiles chain/'s runtime to WASM, with the flags that make the result the same everywhere.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { CARGO_TARGET, CHAIN, ROOT } from '../paths.ts';
import { findRust, flagsEnvironment, portableFlags } from '../rust.ts';

const LINK = ['--export-table', '--export=__heap_base', '--import-memory'];

/** What of the runtime is compiled, and where cargo keeps its files. */
export interface WasmOptions {
  /** Cargo features of `training-ledger-runtime`. */
  readonly features?: readonly string[];
  /** Cargo's target folder. */
  readonly target?: string;
}

/** Builds the runtime, installing a toolchain if there is none, and returns the path of its WASM. */
export function buildWasm({ features = [], target = CARGO_TARGET }: WasmOptions = {}): string {
  let rust = findRust({ wasm: true });
  if (rust === undefined) {
    execFileSync('bash', [join(ROOT, 'scripts', 'setup-rust.sh')], { stdio: 'inherit' });
    rust = findRust({ wasm: true });
  }
  if (rust === undefined) throw new Error('There is no Rust toolchain with wasm32v1-none.');
  const flags = [...LINK.map((flag) => `-Clink-arg=${flag}`), '--cfg=substrate_runtime'];
  const env = {
    ...rust.env,
    CARGO_TARGET_DIR: target,
    SKIP_WASM_BUILD: '1',
    ...flagsEnvironment([...flags, ...portableFlags(rust, CHAIN)]),
  };
  const kind = ['--target', 'wasm32v1-none', '--no-default-features', '--profile', 'wasm'];
  const chosen = features.length === 0 ? [] : ['--features', features.join(',')];
  const args = ['build', '--locked', '-p', 'training-ledger-runtime', ...kind, ...chosen];
  execFileSync('cargo', args, { cwd: CHAIN, env, stdio: 'inherit' });
  return join(target, 'wasm32v1-none', 'wasm', 'training_ledger_runtime.wasm');
}
