// SPDX-License-Identifier: Apache-2.0
// Waiting for something to become true on the chain, without asking in between: the state is read at once and after every head.
import type { LedgerChain } from './chain.ts';
import { readThrough } from './connection.ts';
import { type SubscribeOptions, subscribeHeads } from './subscriptions.ts';

/**
 * Waits until `read` finds something: it is called at once and after every new head, or every new final one. Connections may come
 * and go.
 * @returns What it found.
 * @throws What `read` throws, except for lost connections; the reason of `signal`.
 */
export async function waitForState<T>(
  chain: LedgerChain,
  read: () => Promise<T | undefined>,
  options: SubscribeOptions = {},
): Promise<T> {
  const { signal } = options;
  for await (const _ of subscribeHeads(chain, options)) {
    const found = await readThrough(chain.api, read, signal);
    if (found !== undefined) return found;
  }
  throw signal?.reason;
}
