// SPDX-License-Identifier: Apache-2.0
// Errors of the SDK.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/circuits/statements';

/** Codes of {@link SdkError}. */
export type SdkErrorCode =
  | 'CONTENT_NOT_FOUND'
  | 'CONTENT_HASH_MISMATCH'
  | 'CONTENT_TOO_LARGE'
  | 'CID_INVALID'
  | 'ENVELOPE_MALFORMED'
  | 'ENVELOPE_NOT_FOR_KEY'
  | 'ENVELOPE_FORGED'
  | 'ENVELOPE_RECIPIENTS'
  | 'KEY_LENGTH'
  | 'KEY_INVALID'
  | 'SAFETENSORS_MALFORMED'
  | 'MODEL_FILE_MALFORMED'
  | 'ARGUMENT_INVALID'
  | 'INCLUSION_INVALID'
  | 'HASH_CHAIN_BROKEN'
  | 'BLOCK_SIGNATURE_INVALID'
  | 'EXPORT_MALFORMED'
  | 'EXPORT_INVALID'
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
  | 'RECORD_MALFORMED'
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

/** Somebody tried to change a record. */
export class ImmutabilityError extends LedgerError {
  constructor(details: string) {
    super('A record cannot be changed.', {
      code: 'IMMUTABLE',
      details,
      hint: 'Append a new record that refers to this one.',
    });
  }
}
