// SPDX-License-Identifier: Apache-2.0
// Builds the runtime's WASM when chain/ changed, and records what it was built from.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { CARGO_TARGET, CHAIN, ROOT, RUNTIME_SOURCE, RUNTIME_WASM } from './paths.ts';
import { sha256, sourceHash } from './runtime/source.ts';
import { findRust, flagsEnvironment, portableFlags } from './rust.ts';

/** Marks a zstd-compressed runtime (sp-maybe-compressed-blob). */
const COMPRESSED = Uint8Array.of(0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 0x05);
const LINK = ['--export-table', '--export=__heap_base', '--import-memory'];

function cargo(): void {
  let rust = findRust({ wasm: true });
  if (rust === undefined) {
    execFileSync('bash', [join(ROOT, 'scripts', 'setup-rust.sh')], { stdio: 'inherit' });
    rust = findRust({ wasm: true });
  }
  if (rust === undefined) throw new Error('There is no Rust toolchain with wasm32v1-none.');
  const flags = [...LINK.map((flag) => `-Clink-arg=${flag}`), '--cfg=substrate_runtime'];
  const env = {
    ...rust.env,
    SKIP_WASM_BUILD: '1',
    ...flagsEnvironment([...flags, ...portableFlags(rust, CHAIN)]),
  };
  const target = ['--target', 'wasm32v1-none', '--no-default-features', '--profile', 'wasm'];
  execFileSync('cargo', ['build', '--locked', '-p', 'training-ledger-runtime', ...target], {
    cwd: CHAIN,
    env,
    stdio: 'inherit',
  });
}

const sources = await sourceHash(CHAIN);
const recorded = existsSync(RUNTIME_SOURCE)
  ? JSON.parse(await readFile(RUNTIME_SOURCE, 'utf8'))
  : {};
const unchanged =
  recorded.sourceHash === sources &&
  existsSync(RUNTIME_WASM) &&
  recorded.wasmHash === sha256(await readFile(RUNTIME_WASM));
if (unchanged && !process.argv.includes('--force')) {
  console.log('The runtime is up to date.');
} else {
  cargo();
  const built = join(CARGO_TARGET, 'wasm32v1-none', 'wasm', 'training_ledger_runtime.wasm');
  const wasm = await readFile(built);
  const packed = zstdCompressSync(wasm, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
  const blob = Buffer.concat([COMPRESSED, packed]);
  await writeFile(RUNTIME_WASM, blob);
  await writeFile(
    RUNTIME_SOURCE,
    `${JSON.stringify({ sourceHash: sources, wasmHash: sha256(blob) }, null, 2)}\n`,
  );
  const size = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  console.log(
    `Runtime built: ${size(wasm.length)}, compressed ${size(blob.length)}. Now run: npm run codegen`,
  );
}
