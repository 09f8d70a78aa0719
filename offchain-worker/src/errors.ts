// SPDX-License-Identifier: Apache-2.0
// Errors of the worker.
import { LedgerError } from '@training-ledger/circuits/statements';

/** Codes of {@link WorkerError}. */
export type WorkerErrorCode =
  | 'CIPHERTEXT_MALFORMED'
  | 'BFV_FAILED'
  | 'UPDATE_OUT_OF_RANGE'
  | 'TOO_MANY_CONTRIBUTORS'
  | 'TOO_FEW_CONTRIBUTORS'
  | 'AGGREGATE_MISMATCH'
  | 'KEYSTORE_MALFORMED'
  | 'KEYSTORE_PASSPHRASE'
  | 'KEYSTORE_EXPOSED'
  | 'JOURNAL_MALFORMED'
  | 'CONFIG_INVALID'
  | 'TRAINING_DATA_INVALID'
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
