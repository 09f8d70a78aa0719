// SPDX-License-Identifier: Apache-2.0
// Finds a Rust toolchain that can build chain/.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CARGO_TARGET } from './paths.ts';

/** Oldest version that the polkadot-sdk compiles with. */
const OLDEST_MINOR = 88;
const WASM_TARGET = 'wasm32v1-none';

/** A toolchain: its version, and the environment in which `cargo` and `rustc` are it. */
export interface RustToolchain {
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The first toolchain that is new enough: Debian's in /usr/bin, then the one on PATH. With `wasm`, one that has core and alloc
 * for the runtime's target.
 */
export function findRust({ wasm = false } = {}): RustToolchain | undefined {
  for (const path of [`/usr/bin:${process.env.PATH}`, process.env.PATH]) {
    const env = { ...process.env, PATH: path, CARGO_TARGET_DIR: CARGO_TARGET };
    const version = /^cargo (1\.(\d+)\.\d+)/.exec(output('cargo', ['--version'], env));
    if (version === null || Number(version[2]) < OLDEST_MINOR) continue;
    if (wasm && !hasWasmTarget(env)) continue;
    return { version: version[1] as string, env };
  }
  return undefined;
}

/**
 * Compiler flags that keep this machine's folders out of what is built, so that the same sources give the same bytes
 * elsewhere. The crates of `directory` must have been fetched, which this does.
 */
export function portableFlags({ env }: RustToolchain, directory: string): string[] {
  const host = /^host: (.+)$/m.exec(output('rustc', ['-vV'], env))?.[1] as string;
  const targets = [host, WASM_TARGET].map((target) => `--target=${target}`);
  execFileSync('cargo', ['fetch', '--locked', ...targets], {
    cwd: directory,
    env,
    stdio: 'inherit',
  });
  const registry = join(process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'registry', 'src');
  const sysroot = output('rustc', ['--print', 'sysroot'], env).trim();
  const folders = readdirSync(registry).map((name) => [join(registry, name), 'crates'] as const);
  return [...folders, [join(sysroot, 'lib', 'rustlib', 'src', 'rust'), 'rust'] as const].map(
    ([from, to]) => `--remap-path-prefix=${from}=${to}`,
  );
}

/** Compiler flags as an environment: paths may hold spaces. */
export function flagsEnvironment(flags: readonly string[]): NodeJS.ProcessEnv {
  return { CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') };
}

function hasWasmTarget(env: NodeJS.ProcessEnv): boolean {
  const args = ['--print', 'target-libdir', '--target', WASM_TARGET];
  const directory = output('rustc', args, env).trim();
  if (directory === '' || !existsSync(directory)) return false;
  return readdirSync(directory).some((file) => file.startsWith('libcore-'));
}

function output(command: string, args: readonly string[], env: NodeJS.ProcessEnv): string {
  return spawnSync(command, args, { env, encoding: 'utf8' }).stdout ?? '';
}
