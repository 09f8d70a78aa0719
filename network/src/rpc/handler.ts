// SPDX-License-Identifier: Apache-2.0
// The JSON-RPC methods of an embedded chain. What is Chopsticks' own is served as it is, where it is as the specification says and changes
// nothing; everything else is here.
import { allHandlers, type SubscriptionManager } from '@acala-network/chopsticks-core';
import type { LedgerBlockchain } from '../embedded/ledger-blockchain.ts';
import { authorMethods } from './author-methods.ts';
import { chainHeadMethods } from './chain-head.ts';
import { chainMethods } from './chain-methods.ts';
import { ErrorCode, RpcError } from './messages.ts';
import { blockOf, type Method, type Methods } from './method.ts';
import type { RpcHandler } from './server.ts';

/** Chopsticks' methods that read a block's state, with the place of the block hash among their parameters. */
const READS: Readonly<Record<string, number>> = {
  archive_v1_body: 0,
  archive_v1_call: 0,
  archive_v1_storage: 0,
  payment_queryFeeDetails: 1,
  payment_queryInfo: 1,
  state_call: 2,
  state_getKeysPaged: 3,
  state_getMetadata: 0,
  state_getReadProof: 1,
  state_getRuntimeVersion: 0,
  state_getStorage: 1,
  state_getStorageAt: 1,
  state_queryStorageAt: 1,
  system_dryRun: 1,
};
/** Its other methods. */
const OTHERS: readonly string[] = [
  'archive_v1_finalizedHeight',
  'archive_v1_genesisHash',
  'archive_v1_hashByHeight',
  'archive_v1_header',
  'archive_v1_stopStorage',
  'dev_setStorage',
  'state_subscribeRuntimeVersion',
  'state_subscribeStorage',
  'state_unsubscribeRuntimeVersion',
  'state_unsubscribeStorage',
  'system_chain',
  'system_chainType',
  'system_health',
  'system_localListenAddresses',
  'system_localPeerId',
  'system_name',
  'system_nodeRoles',
  'system_properties',
  'system_version',
];
/** Blocks that one request may ask for. */
const MAX_NEW_BLOCKS = 1_000;

const chainMethod = (name: string): Method => {
  const upstream = allHandlers[name as keyof typeof allHandlers] as (
    context: { chain: LedgerBlockchain },
    params: readonly unknown[],
    subscriptions: SubscriptionManager,
  ) => unknown;
  return (chain, params, subscriptions) => {
    const manager = {
      subscribe: subscriptions.subscribe,
      unsubscribe: (id: string) => void subscriptions.unsubscribe(id),
    };
    return upstream({ chain }, params, manager);
  };
};

const read =
  (method: Method, hashAt: number): Method =>
  async (chain, params, subscriptions) => {
    await blockOf(chain, params[hashAt]);
    return method(chain, params, subscriptions);
  };

const newBlocks: Method = async (chain, [given]) => {
  const { count = 1 } = (given ?? {}) as { count?: unknown };
  const isCount = typeof count === 'number' && Number.isInteger(count);
  if (!isCount || count < 1 || count > MAX_NEW_BLOCKS) {
    const text = `The count is 1 to ${MAX_NEW_BLOCKS}.`;
    throw new RpcError(ErrorCode.invalidParams, 'Invalid params', text);
  }
  for (let i = 0; i < count; i++) await chain.newBlock();
  return chain.head.hash;
};

const METHODS: Methods = {
  ...Object.fromEntries(OTHERS.map((name) => [name, chainMethod(name)])),
  ...Object.fromEntries(
    Object.entries(READS).map(([name, at]) => [name, read(chainMethod(name), at)]),
  ),
  ...chainMethods,
  ...authorMethods,
  ...chainHeadMethods,
  chainSpec_v1_chainName: (chain) => chain.api.getSystemName(),
  chainSpec_v1_genesisHash: async (chain) => (await chain.getBlockAt(0))?.hash,
  chainSpec_v1_properties: (chain) => chain.api.getSystemProperties(),
  dev_newBlock: newBlocks,
  rpc_methods: () => ({ methods: Object.keys(METHODS).sort() }),
};

/** Answers requests to a chain. */
export function createHandler(chain: LedgerBlockchain): RpcHandler {
  return async ({ method, params }, subscriptions) => {
    const run = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
    if (run === undefined) {
      throw new RpcError(ErrorCode.methodNotFound, 'Method not found', method);
    }
    return run(chain, params, subscriptions);
  };
}
