// SPDX-License-Identifier: Apache-2.0
// Operations of `chainHead_v1_*`: their results come as events of the follow subscription.
import type { Block } from '@acala-network/chopsticks-core';
import { blake2AsHex } from '@polkadot/util-crypto';
import type { Hex } from '../embedded/chain-state.ts';
import type { LedgerBlockchain } from '../embedded/ledger-blockchain.ts';
import { ErrorCode, RpcError } from './messages.ts';
import { hexOf, listOf, newId } from './method.ts';

/** Sends an event of the follow subscription. */
export type Send = (event: unknown) => void;

type Operation = (
  chain: LedgerBlockchain,
  block: Block,
  params: readonly unknown[],
  send: Send,
) => unknown;

/** Items of one event. */
const PAGE = 1_000;

/** Answers that the operation began, runs it, and tells of an error. */
function started(send: Send, run: (operationId: string) => Promise<void>): { operationId: string } {
  const operationId = newId();
  setImmediate(() => {
    run(operationId).catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      send({ event: 'operationError', operationId, error: text });
    });
  });
  return { operationId };
}

const body: Operation = (_chain, block, _params, send) => ({
  result: 'started',
  ...started(send, async (operationId) => {
    send({ event: 'operationBodyDone', operationId, value: await block.extrinsics });
  }),
});

const call: Operation = (_chain, block, [method, parameters], send) => {
  if (typeof method !== 'string') {
    throw new RpcError(ErrorCode.invalidParams, 'Invalid params', 'The function has no name.');
  }
  // Clients leave out the prefix where there are none.
  const bytes = parameters === '' ? '0x' : hexOf(parameters, 'What the function is called with');
  return {
    result: 'started',
    ...started(send, async (operationId) => {
      const { result } = await block.call(method, [bytes]);
      send({ event: 'operationCallDone', operationId, output: result });
    }),
  };
};

const TYPES = [
  'value',
  'hash',
  'closestDescendantMerkleValue',
  'descendantsValues',
  'descendantsHashes',
] as const;

/** What is asked of a key. */
export interface Item {
  readonly key: Hex;
  readonly type: (typeof TYPES)[number];
}

const storage: Operation = (_chain, block, [items, childTrie], send) => {
  if (childTrie != null) {
    throw new RpcError(ErrorCode.invalidParams, 'Invalid params', 'The chain has no child tries.');
  }
  const asked = itemsOf(items);
  return {
    result: 'started',
    discardedItems: 0,
    ...started(send, async (operationId) => {
      for (const item of asked) {
        for await (const found of readItem(block, item)) {
          send({ event: 'operationStorageItems', operationId, items: found });
        }
      }
      send({ event: 'operationStorageDone', operationId });
    }),
  };
};

/** See above. */
export const chainHeadOperations = { body, call, storage };

/** Storage items of a request. */
export const itemsOf = (items: unknown): Item[] => listOf(items, 'The items').map(itemOf);

function itemOf(given: unknown): Item {
  const { key, type } = (given ?? {}) as Record<string, unknown>;
  const found = TYPES.find((name) => name === type);
  if (found === undefined) {
    throw new RpcError(ErrorCode.invalidParams, 'Invalid params', `There is no item type ${type}.`);
  }
  return { key: hexOf(key, 'The key'), type: found };
}

/** What an item asks for, in pages. */
export async function* readItem(block: Block, { key, type }: Item): AsyncGenerator<unknown[]> {
  if (type === 'closestDescendantMerkleValue') {
    // Clients ask for it to learn whether anything below a key has changed: any digest of what is there tells that.
    const pages: string[] = [];
    for await (const page of below(block, key)) pages.push(...page.flat());
    yield [{ key, closestDescendantMerkleValue: blake2AsHex(pages.join(), 256) }];
    return;
  }
  const shown = (at: string, value: Hex): unknown =>
    type === 'hash' || type === 'descendantsHashes'
      ? { key: at, hash: blake2AsHex(value, 256) }
      : { key: at, value };
  if (type === 'value' || type === 'hash') {
    const value = await block.get(key);
    if (value !== undefined) yield [shown(key, value)];
    return;
  }
  for await (const page of below(block, key)) yield page.map(([at, value]) => shown(at, value));
}

/** The entries whose keys begin with `prefix`, page by page. */
async function* below(block: Block, prefix: Hex): AsyncGenerator<[string, Hex][]> {
  let startKey: string = '0x';
  // The key itself belongs to them.
  const own = await block.get(prefix);
  if (own !== undefined) yield [[prefix, own]];
  for (;;) {
    const keys = await block.getKeysPaged({ prefix, pageSize: PAGE, startKey });
    if (keys.length === 0) return;
    const values = await block.getMany(keys);
    yield keys.map((key, i) => [key, values[i] as Hex]);
    startKey = keys.at(-1) as string;
  }
}
