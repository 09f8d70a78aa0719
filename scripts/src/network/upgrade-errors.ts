// SPDX-License-Identifier: Apache-2.0
// Errors of runtime upgrades.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types/ledger-error';

/** Codes of {@link UpgradeError}. */
export type UpgradeErrorCode =
  /** The file is no runtime. */
  | 'RUNTIME_MALFORMED'
  /** The file is the runtime of another kind of chain. */
  | 'SPEC_NAME_DIFFERS'
  /** The chain runs this version or a later one. */
  | 'SPEC_VERSION_NOT_HIGHER'
  /** Nobody said who signs, and the chain is none of development. */
  | 'SIGNER_MISSING'
  /** The secret is none. */
  | 'SIGNER_INVALID'
  /** The node does not answer. */
  | 'CHAIN_UNREACHABLE'
  /** The chain or its relay chain refused the upgrade. */
  | 'UPGRADE_REFUSED'
  /** A migration failed; the chain takes no transactions. */
  | 'MIGRATION_FAILED'
  | 'UPGRADE_TIMEOUT';

/** A runtime was not upgraded, or not to the end. */
export class UpgradeError extends LedgerError {
  constructor(code: UpgradeErrorCode, shortMessage: string, context: LedgerErrorContext = {}) {
    super(shortMessage, { ...context, code });
  }
}
