// SPDX-License-Identifier: Apache-2.0
// JSON-RPC of a node over HTTP, which nodes serve on the same port as WebSocket: a question is one request and nothing stays open.
import { NetworkError } from './errors.ts';

/** Milliseconds that a node has for an answer. */
const TIMEOUT = 5_000;

/** How far a chain is, as one of its nodes sees it. */
export interface Heights {
  readonly best: number;
  readonly finalised: number;
}

/**
 * Asks a node.
 * @throws NetworkError `NODE_UNREACHABLE` if it does not answer within 5 s, or answers with an error
 */
export async function ask<T>(
  endpoint: string,
  method: string,
  params: readonly unknown[] = [],
): Promise<T> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const url = endpoint.replace(/^ws/, 'http');
  const unreachable = (details: string, cause?: unknown): NetworkError =>
    new NetworkError('NODE_UNREACHABLE', `${endpoint} did not answer ${method}.`, {
      details,
      cause,
    });
  let answer: { result?: T; error?: { message: string } };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(TIMEOUT),
    });
    answer = (await response.json()) as typeof answer;
  } catch (cause) {
    throw unreachable(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (answer.error !== undefined) throw unreachable(answer.error.message);
  return answer.result as T;
}

/** Numbers of the newest and of the newest finalised block. @throws NetworkError `NODE_UNREACHABLE` */
export async function readHeights(endpoint: string): Promise<Heights> {
  const [best, finalised] = await Promise.all([
    height(endpoint),
    ask<string>(endpoint, 'chain_getFinalizedHead').then((hash) => height(endpoint, hash)),
  ]);
  return { best, finalised };
}

async function height(endpoint: string, hash?: string): Promise<number> {
  const params = hash === undefined ? [] : [hash];
  const { number } = await ask<{ number: string }>(endpoint, 'chain_getHeader', params);
  return Number(number);
}
