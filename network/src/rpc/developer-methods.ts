// SPDX-License-Identifier: Apache-2.0
// What a developer may do to an embedded chain, and to no other.
import type { Hex } from '../embedded/chain-state.ts';
import type { LedgerBlockchain } from '../embedded/ledger-blockchain.ts';
import { ErrorCode, RpcError } from './messages.ts';
import { hexOf, listOf, type Method, type Methods } from './method.ts';

/** Blocks that one request may ask for. */
const MAX_NEW_BLOCKS = 1_000;

/** Chains that make blocks for a request: one request at a time. */
const busy = new WeakSet<LedgerBlockchain>();

const newBlock: Method = async (chain, [given], subscriptions) => {
  const { count = 1 } = (given ?? {}) as { count?: unknown };
  const isCount = typeof count === 'number' && Number.isInteger(count);
  if (!isCount || count < 1 || count > MAX_NEW_BLOCKS) {
    const text = `The count is 1 to ${MAX_NEW_BLOCKS}.`;
    throw new RpcError(ErrorCode.invalidParams, 'Invalid params', text);
  }
  if (count > 1 && busy.has(chain)) {
    throw new RpcError(ErrorCode.busy, 'Busy', 'The chain makes blocks for another request.');
  }
  if (count > 1) busy.add(chain);
  try {
    // Not for a client that has left.
    for (let i = 0; i < count && !subscriptions.isClosed; i++) await chain.newBlock();
  } finally {
    if (count > 1) busy.delete(chain);
  }
  return chain.head.hash;
};

const setStorage: Method = async (chain, [given]) => {
  const changes = listOf(given, 'The changes').map((pair): [Hex, Hex | null] => {
    const [key, value] = Array.isArray(pair) && pair.length === 2 ? pair : [];
    return [hexOf(key, 'A key'), value === null ? null : hexOf(value, 'A value')];
  });
  await chain.writeStorage(changes);
  return chain.head.hash;
};

/** See above. */
export const developerMethods: Methods = { dev_newBlock: newBlock, dev_setStorage: setStorage };
