// SPDX-License-Identifier: Apache-2.0
// Methods `chain_*`: blocks by hash and number, and new ones as they come. Every block is final at once.
import type { Block } from '@acala-network/chopsticks-core';
import type { Header } from '@polkadot/types/interfaces';
import type { Hex } from '../embedded/chain-state.ts';
import type { LedgerBlockchain } from '../embedded/ledger-blockchain.ts';
import { ErrorCode, RpcError } from './messages.ts';
import { hexOf, listOf, type Method, type Methods, Sequence } from './method.ts';

const getBlockHash: Method = async (chain, [numbers]) => {
  const hash = async (number: unknown): Promise<Hex | null> =>
    (await chain.getBlockAt(numberOf(number)))?.hash ?? null;
  if (!Array.isArray(numbers)) return hash(numbers);
  return Promise.all(listOf(numbers, 'The block numbers').map(hash));
};

const subscribeHeads =
  (method: string): Method =>
  (chain, _params, subscriptions) => {
    const order = new Sequence();
    const tell = (block: Block): void =>
      order.push(async () => send(await headerOf(await block.header)));
    const listener = chain.headState.subscribeHead(async (block) => tell(block));
    const send = subscriptions.subscribe(method, listener, () =>
      chain.headState.unsubscribeHead(listener),
    );
    tell(chain.head);
    return listener;
  };

const unsubscribe: Method = (_chain, [id], subscriptions) => subscriptions.unsubscribe(String(id));

/** See above. */
export const chainMethods: Methods = {
  chain_getBlockHash: getBlockHash,
  chain_getHead: getBlockHash,
  chain_getFinalizedHead: (chain) => chain.head.hash,
  chain_getFinalisedHead: (chain) => chain.head.hash,
  chain_getHeader: async (chain, [hash]) => {
    const block = await findBlock(chain, hash);
    return block === undefined ? null : headerOf(await block.header);
  },
  chain_getBlock: async (chain, [hash]) => {
    const block = await findBlock(chain, hash);
    if (block === undefined) return null;
    const [header, extrinsics] = await Promise.all([block.header, block.extrinsics]);
    return { block: { header: headerOf(header), extrinsics }, justifications: null };
  },
  chain_subscribeAllHeads: subscribeHeads('chain_allHead'),
  chain_subscribeNewHeads: subscribeHeads('chain_newHead'),
  chain_subscribeNewHead: subscribeHeads('chain_newHead'),
  chain_subscribeFinalizedHeads: subscribeHeads('chain_finalizedHead'),
  chain_unsubscribeAllHeads: unsubscribe,
  chain_unsubscribeNewHeads: unsubscribe,
  chain_unsubscribeNewHead: unsubscribe,
  chain_unsubscribeFinalizedHeads: unsubscribe,
};

async function findBlock(chain: LedgerBlockchain, hash: unknown): Promise<Block | undefined> {
  return chain.getBlock(hash == null ? undefined : hexOf(hash, 'The block hash'));
}

/** A block number, given as a number or in hex; undefined means the newest. */
function numberOf(value: unknown): number | undefined {
  if (value == null) return undefined;
  const isHex = typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value);
  const number = isHex ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw new RpcError(ErrorCode.invalidParams, 'Invalid params', 'A block number is 0 or more.');
}

function headerOf(header: Header): Record<string, unknown> {
  const { parentHash, number, stateRoot, extrinsicsRoot, digest } = header;
  return {
    parentHash: parentHash.toHex(),
    number: `0x${number.toNumber().toString(16)}`,
    stateRoot: stateRoot.toHex(),
    extrinsicsRoot: extrinsicsRoot.toHex(),
    digest: { logs: digest.logs.map((log) => log.toHex()) },
  };
}
