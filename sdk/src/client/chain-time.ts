// SPDX-License-Identifier: Apache-2.0
// The time by which the chain judges how old something is.
import { SdkError } from '../errors.ts';
import type { LedgerChain } from './chain.ts';
import { request } from './connection.ts';

/**
 * The chain's time: that of its newest block, milliseconds of the Unix epoch. Receipts are signed with it. A machine's own clock may be wrong,
 * and a chain of the embedded network runs ahead of it where its blocks come faster than one in 6 s.
 * @throws SdkError `NOT_CONNECTED`; `NOT_FOUND` if the chain keeps no time.
 */
export async function chainTime(chain: LedgerChain): Promise<number> {
  const now = chain.api.query['timestamp']?.['now'];
  if (now === undefined) throw new SdkError('NOT_FOUND', 'The chain keeps no time.');
  return Number(String(await request(() => now())));
}
