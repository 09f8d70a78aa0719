// SPDX-License-Identifier: Apache-2.0
// Errors of the real network.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types/ledger-error';

/** Codes of {@link NetworkError}. */
export type NetworkErrorCode =
  | 'TOPOLOGY_INVALID'
  | 'BINARY_MISSING'
  | 'COMMAND_FAILED'
  | 'NODE_EXITED'
  | 'NODE_UNKNOWN'
  | 'NODE_STATE'
  | 'NODE_UNREACHABLE'
  | 'NETWORK_TIMEOUT'
  | 'NETWORK_STOPPED'
  | 'CHANNEL_REFUSED'
  | 'CONTROL_FAILED'
  | 'PLATFORM_UNSUPPORTED'
  | 'DOWNLOAD_FAILED'
  | 'CHECKSUM_MISMATCH';

/** The network could not be started or controlled, or its programs not fetched. */
export class NetworkError extends LedgerError {
  constructor(code: NetworkErrorCode, shortMessage: string, context: LedgerErrorContext = {}) {
    super(shortMessage, { ...context, code });
  }
}
