// SPDX-License-Identifier: Apache-2.0
// `chainHead_v1_*` of the JSON-RPC specification (https://paritytech.github.io/json-rpc-interface-spec/api/chainHead.html): follows the chain.
// Every block is final at once, so each comes with its three events together.
import type { Block } from '@acala-network/chopsticks-core';
import type { LedgerBlockchain } from '../embedded/ledger-blockchain.ts';
import { chainHeadOperations, type Send } from './chain-head-operations.ts';
import { ErrorCode, RpcError } from './messages.ts';
import { listOf, type Method, type Methods, newId, Sequence } from './method.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Blocks that a client may keep pinned; beyond them its subscription is stopped, as the specification allows. */
const MAX_PINNED = 1_024;
/** The specification asks for two at least. */
const MAX_FOLLOWS = 16;

/** One client's subscription. */
class Follow {
  readonly send: Send;
  readonly pinned = new Set<string>();
  /** What the client has heard of is told in the order in which it happened. */
  readonly order = new Sequence();

  constructor(send: Send) {
    this.send = send;
  }

  pin({ hash }: Block): void {
    this.pinned.add(hash);
  }
}

/** The follow subscriptions of each connection. */
const follows = new WeakMap<Subscriptions, Map<string, Follow>>();

const followsOf = (subscriptions: Subscriptions): Map<string, Follow> => {
  const known = follows.get(subscriptions) ?? new Map<string, Follow>();
  follows.set(subscriptions, known);
  return known;
};

const follow: Method = (chain, [withRuntime], subscriptions) => {
  const open = followsOf(subscriptions);
  if (open.size >= MAX_FOLLOWS) {
    throw new RpcError(-32_800, 'Too many chainHead_v1_follow subscriptions on the connection');
  }
  const id = newId();
  const { headState } = chain;
  const listener = headState.subscribeHead(async (block) => {
    following.order.push(() => tell(block));
  });
  const send = subscriptions.subscribe('chainHead_v1_followEvent', id, () => {
    headState.unsubscribeHead(listener);
    open.delete(id);
  });
  const following = new Follow(send);
  open.set(id, following);
  const tell = async (block: Block): Promise<void> => {
    if (following.pinned.size >= MAX_PINNED) {
      send({ event: 'stop' });
      subscriptions.unsubscribe(id);
      return;
    }
    following.pin(block);
    const parentBlockHash = (await block.header).parentHash.toHex();
    const newRuntime = withRuntime === true ? { newRuntime: await changedRuntime(block) } : {};
    send({ event: 'newBlock', blockHash: block.hash, parentBlockHash, ...newRuntime });
    send({ event: 'bestBlockChanged', bestBlockHash: block.hash });
    send({ event: 'finalized', finalizedBlockHashes: [block.hash], prunedBlockHashes: [] });
  };
  const { head } = chain;
  following.order.push(async () => {
    following.pin(head);
    const runtime = withRuntime === true ? { finalizedBlockRuntime: await runtimeOf(head) } : {};
    send({ event: 'initialized', finalizedBlockHashes: [head.hash], ...runtime });
    send({ event: 'bestBlockChanged', bestBlockHash: head.hash });
  });
  return id;
};

const unpin: Method = (_chain, [id, hashes], subscriptions) => {
  const following = followsOf(subscriptions).get(String(id));
  if (following === undefined) return null;
  const given = listOf(Array.isArray(hashes) ? hashes : [hashes], 'The hashes').map(String);
  if (new Set(given).size !== given.length) {
    throw new RpcError(-32_804, 'Duplicate block hash');
  }
  for (const hash of given) pinnedOrThrow(following, hash);
  for (const hash of given) following.pinned.delete(hash);
  return null;
};

/** An operation on a pinned block of a follow subscription; `absent` is answered if there is no such subscription. */
const onPinned =
  (
    absent: unknown,
    run: (chain: LedgerBlockchain, block: Block, params: readonly unknown[], send: Send) => unknown,
  ): Method =>
  async (chain, [id, hash, ...params], subscriptions) => {
    const following = followsOf(subscriptions).get(String(id));
    if (following === undefined) return absent;
    pinnedOrThrow(following, hash);
    const block = await chain.getBlock(String(hash));
    if (block === undefined) throw notPinned(hash);
    return run(chain, block, params, following.send);
  };

const LIMIT_REACHED = { result: 'limitReached' };

/** See above. */
export const chainHeadMethods: Methods = {
  chainHead_v1_follow: follow,
  chainHead_v1_unfollow: (_chain, [id], subscriptions) => {
    subscriptions.unsubscribe(String(id));
    return null;
  },
  chainHead_v1_header: onPinned(null, async (_chain, block) => (await block.header).toHex()),
  chainHead_v1_body: onPinned(LIMIT_REACHED, chainHeadOperations.body),
  chainHead_v1_call: onPinned(LIMIT_REACHED, chainHeadOperations.call),
  chainHead_v1_storage: onPinned(LIMIT_REACHED, chainHeadOperations.storage),
  // No operation waits to be continued: all of its items are sent at once.
  chainHead_v1_continue: () => {
    throw new RpcError(ErrorCode.operationUnknown, 'The operation does not wait');
  },
  chainHead_v1_stopOperation: () => null,
  chainHead_v1_unpin: unpin,
};

function pinnedOrThrow({ pinned }: Follow, hash: unknown): void {
  if (!pinned.has(String(hash))) throw notPinned(hash);
}

function notPinned(hash: unknown): RpcError {
  return new RpcError(ErrorCode.blockNotPinned, 'Invalid block hash', `${hash} is not pinned.`);
}

/** A block's runtime, where it is not its parent's. */
async function changedRuntime(block: Block): Promise<unknown> {
  const parent = await block.parentBlock;
  const [now, before] = await Promise.all([block.runtimeVersion, parent?.runtimeVersion]);
  const isSame = now.specVersion === before?.specVersion && now.implVersion === before.implVersion;
  return isSame ? null : runtimeOf(block);
}

async function runtimeOf(block: Block): Promise<unknown> {
  const { specName, implName, specVersion, implVersion, transactionVersion, apis } =
    await block.runtimeVersion;
  const spec = {
    specName,
    implName,
    specVersion,
    implVersion,
    transactionVersion,
    apis: Object.fromEntries(apis),
  };
  return { type: 'valid', spec };
}
