// SPDX-License-Identifier: Apache-2.0
// JSON-RPC 2.0 messages (https://www.jsonrpc.org/specification).
import { ResponseError } from '@acala-network/chopsticks-core';

/** A request; without an id, a notification that is not answered. */
export interface Request {
  readonly id?: number | string | null;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** What an error says. */
interface ErrorBody {
  readonly code: number;
  readonly message: string;
  readonly data?: string;
}

/** An answer. */
export interface RpcResponse {
  readonly jsonrpc: '2.0';
  readonly id: number | string | null;
  readonly result?: unknown;
  readonly error?: ErrorBody;
}

/** Codes of JSON-RPC, of the new API's specification (-328xx) and of the nodes of the Polkadot SDK. */
export const ErrorCode = {
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  unknownBlock: 4_003,
  blockNotPinned: -32_801,
  operationUnknown: -32_803,
  runtimeStopped: 1_002,
  invalidTransaction: 1_010,
  unknownValidity: 1_011,
  alreadyImported: 1_013,
  poolFull: 1_016,
  tooManySubscriptions: -32_006,
  responseTooLarge: -32_008,
  busy: -32_004,
} as const;

/** An error with which a request is answered. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: string | undefined;

  constructor(code: number, message: string, data?: string) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** Whether a message is a request. Parameters may be left out; they are given by position. */
export function isRequest(message: unknown): message is Request {
  if (typeof message !== 'object' || message === null) return false;
  const request = message as Record<string, unknown>;
  const { jsonrpc, id, method } = request;
  if (jsonrpc !== '2.0' || typeof method !== 'string') return false;
  if (id !== undefined && id !== null && typeof id !== 'number' && typeof id !== 'string')
    return false;
  request['params'] ??= [];
  return Array.isArray(request['params']);
}

/** The answer to a request: what `run` gives, or the error that it throws. */
export async function toResponse(
  { id = null }: Request,
  run: () => Promise<unknown>,
): Promise<RpcResponse> {
  try {
    return { jsonrpc: '2.0', id, result: (await run()) ?? null };
  } catch (error) {
    return { jsonrpc: '2.0', id, error: errorBody(error) };
  }
}

/** The answer to what is no request. */
export function invalidRequest(data: string): RpcResponse {
  const error = { code: ErrorCode.invalidRequest, message: 'Invalid request', data };
  return { jsonrpc: '2.0', id: null, error };
}

function errorBody(error: unknown): ErrorBody {
  if (error instanceof RpcError) {
    const { code, message, data } = error;
    return data === undefined ? { code, message } : { code, message, data };
  }
  if (error instanceof ResponseError) return { code: error.code, message: error.message };
  const data = error instanceof Error ? error.message : String(error);
  return { code: ErrorCode.internal, message: 'Internal error', data };
}
