// SPDX-License-Identifier: Apache-2.0
// The runtime and its types.
import '@training-ledger/circuits/require-node';

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { palletErrors } from './generated/errors.ts';
import { PalletError } from './pallet-error.ts';

export type { Calls } from './generated/calls.ts';
export type { Constants } from './generated/constants.ts';
export * from './generated/errors.ts';
export type { LedgerEvent } from './generated/events.ts';
export type { RuntimeApis } from './generated/runtime-apis.ts';
export { SHAPES } from './generated/shapes.ts';
export type { Storage } from './generated/storage.ts';
export type * from './generated/types.ts';
export { PalletError } from './pallet-error.ts';

/** Para ids of the development chain specs. */
export const DEVELOPMENT_PARA_IDS = [1000, 2000] as const;

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

/** The error of a pallet by its name; a plain {@link PalletError} for a name that this version does not know. */
export function palletErrorFor(
  pallet: string,
  error: string,
  docs = '',
  cause?: unknown,
): PalletError {
  const classes: Record<
    string,
    Record<string, new (cause?: unknown) => PalletError>
  > = palletErrors;
  const Class = classes[pallet]?.[error];
  return Class === undefined ? new PalletError(pallet, error, docs, cause) : new Class(cause);
}
