// SPDX-License-Identifier: Apache-2.0
// While a runtime migrates its storage, blocks take no transactions. Collators ask the runtime for that and let them wait; Chopsticks
// does not ask.
import type { Block } from '@acala-network/chopsticks-core';
import { xxhashAsHex } from '@polkadot/util-crypto';

/** Storage key of `MultiBlockMigrations.Cursor`, which is there as long as migrations run. */
const CURSOR = `${xxhashAsHex('MultiBlockMigrations', 128)}${xxhashAsHex('Cursor', 128).slice(2)}`;

/** Whether the block after `head` takes no transactions: migrations run, or may begin because it is the first of a new runtime. */
export async function isSuspended(head: Pick<Block, 'get' | 'header'>): Promise<boolean> {
  const { digest } = await head.header;
  if (digest.logs.some((log) => log.isRuntimeEnvironmentUpdated)) return true;
  return (await head.get(CURSOR)) !== undefined;
}
