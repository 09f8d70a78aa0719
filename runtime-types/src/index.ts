// SPDX-License-Identifier: Apache-2.0
// The runtime's types and errors. Its files are reached by the sub-path `files`: they are read from disk.
import './require-node.ts';

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
export { LedgerError, type LedgerErrorContext, type LedgerErrorOptions } from './ledger-error.ts';
export { PalletError } from './pallet-error.ts';

/** Para ids of the development chain specs. */
export const DEVELOPMENT_PARA_IDS = [1000, 2000] as const;

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
