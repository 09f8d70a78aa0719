// SPDX-License-Identifier: Apache-2.0
// Errors of the worker.
import { LedgerError } from '@training-ledger/circuits/statements';

/** Codes of {@link WorkerError}. */
export type WorkerErrorCode =
  | 'CIPHERTEXT_MALFORMED'
  | 'KEY_MALFORMED'
  | 'BFV_FAILED'
  | 'PACKING_INVALID'
  | 'UPDATE_OUT_OF_RANGE'
  | 'AGGREGATE_OUT_OF_RANGE'
  | 'TOO_MANY_CONTRIBUTORS'
  | 'TOO_FEW_CONTRIBUTORS'
  | 'AGGREGATE_MISMATCH'
  | 'KEYSTORE_MALFORMED'
  | 'KEYSTORE_PASSPHRASE'
  | 'KEYSTORE_EXPOSED'
  | 'KEYSTORE_EXISTS'
  | 'JOURNAL_MALFORMED'
  | 'CONFIG_INVALID'
  | 'TRAINING_DATA_INVALID'
  | 'NO_IMPROVEMENT'
  | 'TRANSACTION_REFUSED'
  | 'LEDGER_INCONSISTENT'
  | 'BLOCK_NOT_FOUND';

/** Something went wrong in the worker, or was refused by it. */
export class WorkerError extends LedgerError {
  constructor(
    code: WorkerErrorCode,
    shortMessage: string,
    { details, hint, cause }: { details?: string; hint?: string; cause?: unknown } = {},
  ) {
    super(shortMessage, {
      code,
      cause,
      ...(details === undefined ? {} : { details }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
