// SPDX-License-Identifier: Apache-2.0
// Errors of development federations and of the command that runs them.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types/ledger-error';

/** Codes of {@link DevelopmentError}. */
export type DevelopmentErrorCode =
  | 'PORT_TAKEN'
  | 'STATE_NOT_EMPTY'
  | 'WORKER_FAILED'
  | 'COMMITTEE_FAILED'
  | 'COUNT_INVALID';

/** A development federation could not be made. */
export class DevelopmentError extends LedgerError {
  constructor(code: DevelopmentErrorCode, shortMessage: string, context: LedgerErrorContext = {}) {
    super(shortMessage, { ...context, code });
  }
}
