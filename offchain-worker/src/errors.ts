// SPDX-License-Identifier: Apache-2.0
// Errors of the worker.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types/ledger-error';

/** Codes of {@link WorkerError}. */
export type WorkerErrorCode =
  | 'KEY_MALFORMED'
  | 'BFV_FAILED'
  | 'KEY_SUM_WRONG'
  | 'PACKING_INVALID'
  | 'AGGREGATE_OUT_OF_RANGE'
  | 'TOO_MANY_CONTRIBUTORS'
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
  | 'MEMBER_SECRETS_MISSING'
  | 'ATTEMPT_FAILED'
  | 'NOT_DECRYPTED'
  | 'GENERATION_MISMATCH'
  | 'COMMITTEE_INVALID'
  | 'MEMBER_KEY_INVALID'
  | 'MEMBER_KEY_MALFORMED'
  | 'DEALING_MALFORMED'
  | 'SHARE_INVALID'
  | 'DECRYPTION_SET_INVALID'
  | 'SHARE_MALFORMED'
  | 'KEY_PART_MALFORMED'
  | 'KEY_SUM_OUT_OF_RANGE'
  | 'BLOCK_NOT_FOUND';

/** Something went wrong in the worker, or was refused by it. */
export class WorkerError extends LedgerError {
  constructor(code: WorkerErrorCode, shortMessage: string, context: LedgerErrorContext = {}) {
    super(shortMessage, { ...context, code });
  }
}
