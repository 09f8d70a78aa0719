// SPDX-License-Identifier: Apache-2.0
// Errors of the light client.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types/ledger-error';

/** Codes of {@link LightClientError}. */
export type LightClientErrorCode =
  | 'SMOLDOT_MISSING'
  | 'SPEC_INVALID'
  | 'NOT_SYNCED'
  | 'READ_FAILED'
  | 'STORAGE_UNKNOWN'
  | 'CLOSED';

/** Something could not be read and verified. */
export class LightClientError extends LedgerError {
  constructor(code: LightClientErrorCode, shortMessage: string, context: LedgerErrorContext = {}) {
    super(shortMessage, { ...context, code });
  }
}
