// SPDX-License-Identifier: Apache-2.0
// Errors of inference nodes and of their clients. Those that a request can lead to go over the wire by their code.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types/ledger-error';

/** What a request is refused with, and the HTTP status of it. */
export const REQUEST_ERRORS = {
  REQUEST_MALFORMED: 400,
  INPUT_INVALID: 400,
  RATING_INVALID: 400,
  COMMITMENT_MISMATCH: 400,
  ROUTE_NOT_FOUND: 404,
  ANSWER_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  ANSWER_HAS_RECEIPT: 409,
  BODY_TOO_LARGE: 413,
  CONTENT_TYPE_UNSUPPORTED: 415,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  BUSY: 503,
  LEDGER_UNREACHABLE: 503,
} as const;

/** Codes of errors that go over the wire. */
export type RequestErrorCode = keyof typeof REQUEST_ERRORS;

/** Codes of {@link InferenceNodeError}. */
export type InferenceNodeErrorCode =
  | RequestErrorCode
  | 'PORT_TAKEN'
  | 'NODE_NOT_REGISTERED'
  | 'KEY_FILE_EXISTS'
  | 'KEY_FILE_EXPOSED'
  | 'KEY_FILE_MALFORMED'
  | 'OPTION_INVALID'
  | 'NODE_UNREACHABLE'
  | 'RESPONSE_MALFORMED'
  | 'RECEIPT_INVALID'
  | 'NODE_KEY_MISMATCH';

/** Something went wrong in an inference node, was refused by it, or is wrong with what it said. */
export class InferenceNodeError extends LedgerError {
  constructor(
    code: InferenceNodeErrorCode,
    shortMessage: string,
    context: LedgerErrorContext = {},
  ) {
    super(shortMessage, { ...context, code });
  }
}

/** Whether a code is one that goes over the wire. */
export const isRequestErrorCode = (code: unknown): code is RequestErrorCode =>
  typeof code === 'string' && Object.hasOwn(REQUEST_ERRORS, code);
