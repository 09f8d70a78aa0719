// SPDX-License-Identifier: Apache-2.0
// Errors of the main job.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types/ledger-error';

/** Codes of {@link MainJobError}. */
export type MainJobErrorCode =
  | 'FILE_NOT_WRITABLE'
  | 'WORKER_ENDED'
  | 'ROUND_CLOSED'
  | 'NOT_REFUSED';

/** The job cannot go on. */
export class MainJobError extends LedgerError {
  constructor(code: MainJobErrorCode, shortMessage: string, context: LedgerErrorContext = {}) {
    super(shortMessage, { ...context, code });
  }
}
