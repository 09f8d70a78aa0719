// SPDX-License-Identifier: Apache-2.0
// Errors of what everyone has to agree on: bytes, files, envelopes, proofs of inclusion, exports.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types';

/** Codes of {@link ProtocolError}. */
export type ProtocolErrorCode =
  | 'ARGUMENT_INVALID'
  | 'BLOCK_SIGNATURE_INVALID'
  | 'CID_INVALID'
  | 'ENVELOPE_FORGED'
  | 'ENVELOPE_MALFORMED'
  | 'ENVELOPE_NOT_FOR_KEY'
  | 'ENVELOPE_RECIPIENTS'
  | 'EXPORT_INVALID'
  | 'EXPORT_MALFORMED'
  | 'HASH_CHAIN_BROKEN'
  | 'INCLUSION_INVALID'
  | 'KEY_INVALID'
  | 'KEY_LENGTH'
  | 'MODEL_FILE_MALFORMED'
  | 'RECORD_MALFORMED'
  | 'SAFETENSORS_MALFORMED';

/** Bytes, a file or a proof is not what the protocol says it has to be. */
export class ProtocolError extends LedgerError {
  constructor(code: ProtocolErrorCode, shortMessage: string, context: LedgerErrorContext = {}) {
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
