// SPDX-License-Identifier: Apache-2.0
// Errors of the embedded network.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types/ledger-error';

/** Codes of {@link EmbeddedNetworkError}. */
export type EmbeddedNetworkErrorCode =
  /** Somebody else listens on the port that was asked for. */
  | 'PORT_TAKEN'
  /** The runtime could not make a block. */
  | 'BLOCK_FAILED'
  /** The network was stopped before it made the block. */
  | 'NETWORK_STOPPED'
  /** No chain of that para id was started. */
  | 'CHAIN_UNKNOWN';

/** The embedded network could not be started, or a chain of it could not go on. */
export class EmbeddedNetworkError extends LedgerError {
  constructor(
    code: EmbeddedNetworkErrorCode,
    shortMessage: string,
    context: LedgerErrorContext = {},
  ) {
    super(shortMessage, { ...context, code });
  }
}
