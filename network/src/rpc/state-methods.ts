// SPDX-License-Identifier: Apache-2.0
// Subscriptions to storage and to the runtime, and `archive_v1_storage`. Chopsticks' own go on after their answer with parameters that nobody has
// checked: one wrong message would end the process.
import type { Block } from '@acala-network/chopsticks-core';
import type { Hex } from '../embedded/chain-state.ts';
import { itemsOf, readItem } from './chain-head-operations.ts';
import { blockOf, keysOf, type Method, type Methods, newId, Sequence } from './method.ts';

const unsubscribe: Method = (_chain, [id], subscriptions) => subscriptions.unsubscribe(String(id));

const subscribeStorage: Method = (chain, [given], subscriptions) => {
  const keys = [...new Set(keysOf(given ?? []))];
  const known = new Map<Hex, Hex | null>();
  const order = new Sequence();
  const tell = async (block: Block): Promise<void> => {
    const values = await block.getMany(keys);
    const changes: [Hex, Hex | null][] = [];
    for (const [i, key] of keys.entries()) {
      const value = values[i] ?? null;
      if (known.has(key) && known.get(key) === value) continue;
      known.set(key, value);
      changes.push([key, value]);
    }
    if (changes.length > 0) send({ block: block.hash, changes });
  };
  const listener = chain.headState.subscribeHead(async (block) => order.push(() => tell(block)));
  const end = (): void => chain.headState.unsubscribeHead(listener);
  const send = subscriptions.subscribe('state_storage', listener, end);
  const { head } = chain;
  order.push(() => tell(head));
  return listener;
};

const subscribeRuntimeVersion: Method = (chain, _params, subscriptions) => {
  const order = new Sequence();
  let known: number | undefined;
  const tell = async (block: Block): Promise<void> => {
    const version = await block.runtimeVersion;
    if (version.specVersion === known) return;
    known = version.specVersion;
    send(version);
  };
  const listener = chain.headState.subscribeHead(async (block) => order.push(() => tell(block)));
  const end = (): void => chain.headState.unsubscribeHead(listener);
  const send = subscriptions.subscribe('state_runtimeVersion', listener, end);
  const { head } = chain;
  order.push(() => tell(head));
  return listener;
};

const archiveStorage: Method = async (chain, [hash, items, childTrie], subscriptions) => {
  const block = await blockOf(chain, hash);
  const asked = childTrie == null ? itemsOf(items) : [];
  const id = newId();
  const send = subscriptions.subscribe('archive_v1_storageEvent', id);
  new Sequence().push(async () => {
    try {
      for (const item of asked) {
        for await (const page of readItem(block, item)) {
          for (const found of page) send({ event: 'storage', ...(found as object) });
        }
      }
      send({ event: 'storageDone' });
    } catch (error) {
      send({
        event: 'storageError',
        error: error instanceof Error ? error.message : String(error),
      });
    }
    subscriptions.unsubscribe(id);
  });
  return id;
};

/** See above. */
export const stateMethods: Methods = {
  state_subscribeStorage: subscribeStorage,
  state_unsubscribeStorage: unsubscribe,
  state_subscribeRuntimeVersion: subscribeRuntimeVersion,
  state_unsubscribeRuntimeVersion: unsubscribe,
  chain_subscribeRuntimeVersion: subscribeRuntimeVersion,
  chain_unsubscribeRuntimeVersion: unsubscribe,
  state_queryStorageAt: async (chain, [keys, hash]) => {
    const block = await blockOf(chain, hash);
    const asked = keysOf(keys);
    const values = await block.getMany(asked);
    return [{ block: block.hash, changes: asked.map((key, i) => [key, values[i] ?? null]) }];
  },
  archive_v1_storage: archiveStorage,
  archive_v1_stopStorage: (...args) => {
    unsubscribe(...args);
    return null;
  },
};
