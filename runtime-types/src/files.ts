// SPDX-License-Identifier: Apache-2.0
// The runtime's files: WASM, metadata and chain specs. Node only.
import './require-node.ts';

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { DEVELOPMENT_PARA_IDS } from './index.ts';

/** Path of the compact compressed runtime. */
export const runtimeWasmPath = fileURLToPath(
  new URL('../wasm/training_ledger_runtime.compact.compressed.wasm', import.meta.url),
);

/** Path of the raw chain spec of a development chain. */
export function chainSpecPath(paraId: (typeof DEVELOPMENT_PARA_IDS)[number]): string {
  return fileURLToPath(new URL(`../specs/ledger-${paraId}.json`, import.meta.url));
}

/** The runtime's metadata (V15), in hex. */
export async function readMetadata(): Promise<`0x${string}`> {
  const file = new URL('../metadata/metadata.json', import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')).metadata;
}
