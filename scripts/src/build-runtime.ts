// SPDX-License-Identifier: Apache-2.0
// Builds the runtime's WASM when chain/ changed, and records what it was built from.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { constants, zstdCompressSync } from 'node:zlib';
import { CHAIN, RUNTIME_SOURCE, RUNTIME_WASM } from './paths.ts';
import { sha256, sourceHash } from './runtime/source.ts';
import { COMPRESSED } from './runtime/version.ts';
import { buildWasm } from './runtime/wasm.ts';

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
  const wasm = await readFile(buildWasm());
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
