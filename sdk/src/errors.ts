// SPDX-License-Identifier: Apache-2.0
// Errors of the SDK.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types/ledger-error';

/** Codes of {@link SdkError}. */
export type SdkErrorCode =
  | 'CONTENT_NOT_FOUND'
  | 'CONTENT_HASH_MISMATCH'
  | 'CONTENT_TOO_LARGE'
  | 'CID_INVALID'
  | 'KEY_LENGTH'
  | 'ARGUMENT_INVALID'
  | 'HASH_CHAIN_BROKEN'
  | 'AUTH_PROOF_INVALID'
  | 'NOT_CONNECTED'
  | 'NOT_FOUND'
  | 'STATE_MISMATCH'
  | 'TRANSACTION_INVALID'
  | 'TRANSACTION_FAILED'
  | 'TRANSACTION_TIMEOUT'
  | 'LEDGER_INCONSISTENT'
  | 'AGGREGATE_MISMATCH'
  | 'COMMITTEE_NOT_READY'
  | 'PACKING_INVALID'
  | 'UPDATE_MALFORMED'
  | 'SUM_MALFORMED'
  | 'TOO_MANY_CONTRIBUTORS'
  | 'TOO_FEW_CONTRIBUTORS'
  | 'AGGREGATE_OUT_OF_RANGE'
  | 'SYNC_UNANSWERED'
  | 'SYNC_SUPERSEDED'
  | 'HISTORY_ELSEWHERE'
  | 'RUNTIME_UNSUPPORTED'
  | 'RUNTIME_CHANGED';

/** Something went wrong in the SDK, or was refused by it. */
export class SdkError extends LedgerError {
  constructor(code: SdkErrorCode, shortMessage: string, context: LedgerErrorContext = {}) {
    super(shortMessage, { ...context, code });
  }
}
