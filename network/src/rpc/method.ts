// SPDX-License-Identifier: Apache-2.0
// What the methods of the JSON-RPC server have in common.
import type { Block } from '@acala-network/chopsticks-core';
import type { Hex } from '../embedded/chain-state.ts';
import type { LedgerBlockchain } from '../embedded/ledger-blockchain.ts';
import { ErrorCode, RpcError } from './messages.ts';
import type { Subscriptions } from './subscriptions.ts';

/** A method: what it answers, or throws. */
export type Method = (
  chain: LedgerBlockchain,
  params: readonly unknown[],
  subscriptions: Subscriptions,
) => unknown;

/** Methods by name. */
export type Methods = Readonly<Record<string, Method>>;

/** Runs tasks one after the other; the first one after the response to the request that is being answered. */
export class Sequence {
  #last: Promise<unknown> = new Promise((resolve) => setImmediate(resolve));

  push(task: () => unknown): void {
    this.#last = this.#last.then(task).catch(() => {});
  }
}

/** A new id of a subscription or an operation. */
export function newId(): string {
  return crypto.randomUUID();
}

/**
 * Bytes in hex.
 * @throws RpcError
 */
export function hexOf(value: unknown, name: string): Hex {
  if (typeof value === 'string' && /^0x([0-9a-f]{2})*$/i.test(value)) return value as Hex;
  throw new RpcError(ErrorCode.invalidParams, 'Invalid params', `${name} is not bytes in hex.`);
}

/**
 * A block by its hash, the newest one if there is none given.
 * @throws RpcError if the chain has no such block.
 */
export async function blockOf(chain: LedgerBlockchain, hash: unknown): Promise<Block> {
  const block = await chain.getBlock(hash == null ? undefined : hexOf(hash, 'The block hash'));
  if (block !== undefined) return block;
  const text = `UnknownBlock: Header was not found in the database: ${hash}`;
  throw new RpcError(ErrorCode.unknownBlock, text);
}

/** Entries of one list that a request names, such as keys or block numbers. */
export const MAX_LIST = 10_000;

/**
 * A list of at most {@link MAX_LIST} entries.
 * @throws RpcError
 */
export function listOf(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value) && value.length <= MAX_LIST) return value;
  const text = `${name} are a list of at most ${MAX_LIST}.`;
  throw new RpcError(ErrorCode.invalidParams, 'Invalid params', text);
}

/**
 * Storage keys.
 * @throws RpcError
 */
export function keysOf(value: unknown): Hex[] {
  return listOf(value, 'The keys').map((key) => hexOf(key, 'A key'));
}
