// SPDX-License-Identifier: Apache-2.0
// What a chain has still to do by itself. Collators ask the runtime for it; Chopsticks does not ask.
import type { Block } from '@acala-network/chopsticks-core';
import { hexToU8a } from '@polkadot/util';
import { xxhashAsHex } from '@polkadot/util-crypto';

const keyOf = (pallet: string, item: string): string =>
  `${xxhashAsHex(pallet, 128)}${xxhashAsHex(item, 128).slice(2)}`;
/** There as long as migrations run. */
const CURSOR = keyOf('MultiBlockMigrations', 'Cursor');
/** A queue of messages for each origin. */
const QUEUES = keyOf('MessageQueue', 'BookStateFor');

/** Whether the block after `head` takes no transactions: migrations run, or may begin because it is the first of a new runtime. */
export async function isSuspended(head: Pick<Block, 'get' | 'header'>): Promise<boolean> {
  const { digest } = await head.header;
  if (digest.logs.some((log) => log.isRuntimeEnvironmentUpdated)) return true;
  return (await head.get(CURSOR)) !== undefined;
}

/** Whether messages of other chains wait that the next block would work off. */
export async function hasQueuedMessages(head: Block): Promise<boolean> {
  const keys = await head.getKeysPaged({ prefix: QUEUES, pageSize: 100 });
  for (const value of await head.getMany(keys)) {
    // The book of a queue begins with its first page and the page after its last.
    const [begin, end] = new Uint32Array(hexToU8a(value).slice(0, 8).buffer);
    if (begin !== undefined && end !== undefined && end > begin) return true;
  }
  return false;
}
