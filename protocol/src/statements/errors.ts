// SPDX-License-Identifier: Apache-2.0
// Errors of statements.
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';

/** Codes of {@link StatementError}. */
export type StatementErrorCode =
  | 'FIELD_RANGE'
  | 'FIELD_ENCODING'
  | 'SHAPE_MISMATCH'
  | 'WEIGHT_RANGE'
  | 'FEATURE_RANGE'
  | 'LABEL_RANGE'
  | 'SAMPLE_COUNT'
  | 'RECEIPT_INVALID'
  | 'RECEIPT_TIME'
  | 'RECEIPT_WINDOW'
  | 'FEEDBACK_RANGE'
  | 'CONTRIBUTION_TYPE_RANGE'
  | 'IMPROVEMENT_TOO_SMALL'
  | 'CORRECT_TOO_LARGE'
  | 'UNKNOWN_CIRCUIT';

/** A statement cannot be made of these values: proving them would fail. */
export class StatementError extends LedgerError {
  constructor(code: StatementErrorCode, shortMessage: string, details?: string, hint?: string) {
    super(shortMessage, {
      code,
      ...(details === undefined ? {} : { details }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
