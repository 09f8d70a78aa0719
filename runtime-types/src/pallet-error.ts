// SPDX-License-Identifier: Apache-2.0
// The base of the generated error classes.
import { LedgerError } from './ledger-error.ts';

/** The chain refused a call with an error of one of the ledger's pallets. */
export class PalletError extends LedgerError {
  /** The pallet, in camel case. */
  readonly pallet: string;
  /** The error's name in the pallet. */
  readonly error: string;

  constructor(pallet: string, error: string, docs: string, cause?: unknown) {
    super(`${pallet}.${error}:`, { code: error, details: docs, cause });
    this.pallet = pallet;
    this.error = error;
  }
}
