// SPDX-License-Identifier: Apache-2.0
// What clients get: JSON, also of errors.
import type { ServerResponse } from 'node:http';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { isRequestErrorCode, REQUEST_ERRORS, type RequestErrorCode } from '../errors.ts';
import type { ErrorResponse } from '../wire.ts';

/** Sends a value. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const bytes = Buffer.from(JSON.stringify(value));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': bytes.length,
    // Receipts are for those who asked.
    'cache-control': 'no-store',
  });
  response.end(bytes);
}

/** Sends an error. What is not an error of requests is told to `onFailure` and to the client by its kind only. */
export function sendError(
  response: ServerResponse,
  error: unknown,
  onFailure: (error: unknown) => void,
): void {
  const code = codeOf(error);
  const isKnown = error instanceof LedgerError && isRequestErrorCode(error.code);
  if (!isKnown) onFailure(error);
  const { message, details, hint } = isKnown
    ? { message: error.shortMessage, details: error.details, hint: error.hint }
    : { message: MESSAGES[code] ?? 'Something went wrong in the node.' };
  const body: ErrorResponse = {
    error: {
      code,
      message,
      ...(details === undefined ? {} : { details }),
      ...(hint === undefined ? {} : { hint }),
    },
  };
  if (code === 'RATE_LIMITED' || code === 'BUSY') response.setHeader('retry-after', '1');
  // What is left of a body that was not read would be taken for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close');
  sendJson(response, REQUEST_ERRORS[code], body);
}

const MESSAGES: Partial<Record<RequestErrorCode, string>> = {
  LEDGER_UNREACHABLE: 'The node has no connection to its chain.',
};

function codeOf(error: unknown): RequestErrorCode {
  if (!(error instanceof LedgerError)) return 'INTERNAL';
  if (isRequestErrorCode(error.code)) return error.code;
  return error.code === 'NOT_CONNECTED' ? 'LEDGER_UNREACHABLE' : 'INTERNAL';
}
