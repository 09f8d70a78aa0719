// SPDX-License-Identifier: Apache-2.0
// Methods that submit transactions: `author_*` of the nodes of the Polkadot SDK, and `transactionWatch_v1_*` of the JSON-RPC
// specification (https://paritytech.github.io/json-rpc-interface-spec).

import { hexToU8a } from '@polkadot/util';
import { blake2AsHex } from '@polkadot/util-crypto';
import type { Hex } from '../embedded/chain-state.ts';
import type {
  LedgerBlockchain,
  PoolRefusal,
  TransactionEvent,
} from '../embedded/ledger-blockchain.ts';
import { ErrorCode, RpcError } from './messages.ts';
import { hexOf, type Method, type Methods, newId, Sequence } from './method.ts';
import { validityText } from './validity.ts';

/** The notifications by which a transaction's subscription tells of an event. */
type Tell = (event: TransactionEvent) => unknown[];

const inclusion: Tell = (event) => {
  if (event.type === 'Included') return [{ inBlock: event.block }, { finalized: event.block }];
  return [event.type.toLowerCase()];
};

const watchEvents: Tell = (event) => {
  if (event.type === 'Included') {
    const block = { hash: event.block, index: event.index };
    return [
      { event: 'bestChainBlockIncluded', block },
      { event: 'finalized', block },
    ];
  }
  if (event.type === 'Dropped') {
    return [{ event: 'dropped', broadcasted: false, error: event.reason }];
  }
  return [{ event: 'invalid', error: event.error ? validityText(event.error).data : STOPPED }];
};

const STOPPED = 'The runtime stopped.';

const submitAndWatch: Method = async (chain, [given], subscriptions) => {
  const transaction = hexOf(given, 'The transaction');
  const id = newId();
  const order = new Sequence();
  let stop = (): void => {};
  const send = subscriptions.subscribe('author_extrinsicUpdate', id, () => stop());
  order.push(() => send('ready'));
  stop = chain.watch(transaction, (event) => {
    order.push(() => {
      for (const update of inclusion(event)) send(update);
      subscriptions.unsubscribe(id);
    });
  });
  try {
    await submit(chain, transaction);
  } catch (error) {
    subscriptions.unsubscribe(id);
    throw error;
  }
  return id;
};

/** By the specification, a transaction that is not taken is an event and no error. */
const submitAndWatchV1: Method = (chain, [given], subscriptions) => {
  const transaction = hexOf(given, 'The transaction');
  const id = newId();
  const order = new Sequence();
  let stop = (): void => {};
  const send = subscriptions.subscribe('transactionWatch_v1_watchEvent', id, () => stop());
  const end = (...updates: unknown[]): void => {
    for (const update of updates) send(update);
    subscriptions.unsubscribe(id);
  };
  stop = chain.watch(transaction, (event) => order.push(() => end(...watchEvents(event))));
  order.push(async () => {
    try {
      await submit(chain, transaction);
      send({ event: 'validated' });
    } catch (error) {
      // It waits already: what becomes of it is told all the same.
      if (error instanceof RpcError && error.code === ErrorCode.alreadyImported) return;
      const text = error instanceof RpcError ? (error.data ?? error.message) : STOPPED;
      end({ event: 'invalid', error: text });
    }
  });
  return id;
};

const unwatch: Method = (_chain, [id], subscriptions) => subscriptions.unsubscribe(String(id));

/** See above. */
export const authorMethods: Methods = {
  author_submitExtrinsic: async (chain, [given]) => {
    const transaction = hexOf(given, 'The transaction');
    await submit(chain, transaction);
    return blake2AsHex(transaction, 256);
  },
  author_submitAndWatchExtrinsic: submitAndWatch,
  author_unwatchExtrinsic: unwatch,
  author_pendingExtrinsics: ({ pool }) => pool.waiting.map(({ transaction }) => transaction),
  transactionWatch_v1_submitAndWatch: submitAndWatchV1,
  transactionWatch_v1_unwatch: (...args) => {
    unwatch(...args);
    return null;
  },
  transaction_v1_broadcast: async (chain, [given]) => {
    // By the specification, whether it is valid is not told.
    await submit(chain, hexOf(given, 'The transaction')).catch(() => {});
    return newId();
  },
  transaction_v1_stop: () => null,
  system_accountNextIndex: async ({ head, pool }, [given]) => {
    const registry = await head.registry;
    const account = registry.createType('AccountId', given);
    // Of the same moment: a block that is made meanwhile would take transactions out of the pool.
    const taken = pool.noncesOf(account.toString());
    const { result } = await head.call('AccountNonceApi_account_nonce', [account.toHex()]);
    // As bytes: numbers in hex are read with the highest digit first.
    let next = registry.createType('u32', hexToU8a(result)).toNumber();
    while (taken.has(next)) next += 1;
    return next;
  },
};

/** @throws RpcError if the transaction does not get into the pool. */
async function submit(chain: LedgerBlockchain, transaction: Hex): Promise<void> {
  let refused: PoolRefusal | undefined;
  try {
    refused = await chain.submit(transaction);
  } catch (error) {
    const data = error instanceof Error ? error.message : String(error);
    throw new RpcError(ErrorCode.runtimeStopped, 'Verification Error: Runtime error', data);
  }
  if (refused === undefined) return;
  if (refused.type === 'Known') {
    throw new RpcError(ErrorCode.alreadyImported, 'Transaction is already imported');
  }
  if (refused.type === 'Full') {
    throw new RpcError(ErrorCode.poolFull, 'Immediately Dropped', 'The pool is full.');
  }
  const { code, message, data } = validityText(refused.error);
  throw new RpcError(code, message, data);
}
