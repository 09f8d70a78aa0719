// SPDX-License-Identifier: Apache-2.0
// The JSON-RPC methods of an embedded chain. What is Chopsticks' own is served as it is, where it is as the specification says and changes
// nothing; everything else is here.
import { allHandlers, type SubscriptionManager } from '@acala-network/chopsticks-core';
import type { LedgerBlockchain } from '../embedded/ledger-blockchain.ts';
import { authorMethods } from './author-methods.ts';
import { chainHeadMethods } from './chain-head.ts';
import { chainMethods } from './chain-methods.ts';
import { developerMethods } from './developer-methods.ts';
import { ErrorCode, RpcError } from './messages.ts';
import { blockOf, hexOf, keysOf, type Method, type Methods } from './method.ts';
import type { RpcHandler } from './server.ts';
import { stateMethods } from './state-methods.ts';

/** What a parameter has to be. `block`: the hash of a block that there is, or none for the newest. */
type Kind = 'block' | 'bytes' | 'keys' | 'name' | 'number' | 'prefix';

/** Chopsticks' methods that read a block's state, with their parameters: it does not look at them. */
const READS: Readonly<Record<string, readonly Kind[]>> = {
  archive_v1_body: ['block'],
  archive_v1_call: ['block', 'name', 'bytes'],
  archive_v1_hashByHeight: ['number'],
  archive_v1_header: ['bytes'],
  payment_queryFeeDetails: ['bytes', 'block'],
  payment_queryInfo: ['bytes', 'block'],
  state_call: ['name', 'bytes', 'block'],
  state_getKeysPaged: ['prefix', 'number', 'prefix', 'block'],
  state_getMetadata: ['block'],
  state_getReadProof: ['keys', 'block'],
  state_getRuntimeVersion: ['block'],
  state_getStorage: ['bytes', 'block'],
  state_getStorageAt: ['bytes', 'block'],
  system_dryRun: ['bytes', 'block'],
};
/** Its other methods. */
const OTHERS: readonly string[] = [
  'archive_v1_finalizedHeight',
  'archive_v1_genesisHash',
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

/** @throws RpcError for a parameter that is not what it has to be. */
async function check(chain: LedgerBlockchain, kind: Kind, value: unknown): Promise<void> {
  if (kind === 'block') await blockOf(chain, value);
  else if (kind === 'keys') keysOf(value);
  else if (kind === 'bytes') hexOf(value, 'A parameter');
  else if (kind === 'prefix') hexOf(value ?? '0x', 'A prefix');
  else if (kind === 'name' ? !isName(value) : !isCount(value)) {
    const text = kind === 'name' ? 'A function has a name.' : 'A number is 0 or more.';
    throw new RpcError(ErrorCode.invalidParams, 'Invalid params', text);
  }
}

const isName = (value: unknown): boolean => typeof value === 'string' && value.length <= 200;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const checked =
  (method: Method, kinds: readonly Kind[]): Method =>
  async (chain, params, subscriptions) => {
    for (const [i, kind] of kinds.entries()) await check(chain, kind, params[i]);
    return method(chain, params.slice(0, kinds.length), subscriptions);
  };

const METHODS: Methods = {
  ...Object.fromEntries(OTHERS.map((name) => [name, chainMethod(name)])),
  ...Object.fromEntries(
    Object.entries(READS).map(([name, kinds]) => [name, checked(chainMethod(name), kinds)]),
  ),
  ...chainMethods,
  ...authorMethods,
  ...chainHeadMethods,
  ...developerMethods,
  ...stateMethods,
  chainSpec_v1_chainName: (chain) => chain.api.getSystemName(),
  chainSpec_v1_genesisHash: async (chain) => (await chain.getBlockAt(0))?.hash,
  chainSpec_v1_properties: (chain) => chain.api.getSystemProperties(),
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
