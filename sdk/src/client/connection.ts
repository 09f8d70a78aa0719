// SPDX-License-Identifier: Apache-2.0
// Connections come and go: what is read while there is none fails with NOT_CONNECTED, and may be read again later.
import type { ApiPromise } from '@polkadot/api';
import { SdkError } from '../errors.ts';

/** What polkadot-js says of requests that a closed or silent connection does not answer. */
const LOST = /WebSocket is not connected|disconnected from |No response received from RPC endpoint/;

/** Whether something failed because there was no connection. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof SdkError) return error.code === 'NOT_CONNECTED';
  return LOST.test(error instanceof Error ? error.message : String(error));
}

/** The typed error of a lost connection. */
export function notConnected(details: string, cause?: unknown): SdkError {
  return new SdkError('NOT_CONNECTED', 'There is no connection to the node.', { details, cause });
}

/**
 * Runs a request.
 * @throws SdkError `NOT_CONNECTED`; anything else that the request throws.
 */
export async function request<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof SdkError || !isConnectionLoss(error)) throw error;
    throw notConnected('It was lost before the node answered; it is being made again.', error);
  }
}

/** Waits until there is a connection, or until the signal is aborted. */
export async function connected(api: ApiPromise, signal?: AbortSignal): Promise<void> {
  if (api.isConnected || signal?.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  api.on('connected', wake);
  signal?.addEventListener('abort', wake);
  await promise;
  api.off('connected', wake);
  signal?.removeEventListener('abort', wake);
}

/** Reads again and again until a connection holds long enough; undefined if the signal is aborted before. */
export async function readThrough<T>(
  api: ApiPromise,
  read: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  while (!signal?.aborted) {
    try {
      return await read();
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
      await connected(api, signal);
    }
  }
  return undefined;
}
