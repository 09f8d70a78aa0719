// SPDX-License-Identifier: Apache-2.0
// Waiting for a committee to open a round's sum.
import type { Hex } from '@training-ledger/runtime-types';
import { type LedgerChain, type SubscribeOptions, waitForState } from '@training-ledger/sdk';
import { type Attempt, attempts, isComplete } from './opening.ts';

/**
 * Waits until every member of an attempt has given its part of a round's decryption.
 * @returns The first such attempt. Whether its parts open the sum, `openAggregate` tells.
 * @throws The reason of `signal`.
 */
export function waitForDecryption(
  chain: LedgerChain,
  base: Hex,
  round: number,
  options: Pick<SubscribeOptions, 'signal'> = {},
): Promise<Attempt> {
  const read = async (): Promise<Attempt | undefined> =>
    (await attempts(chain, base, round)).find(isComplete);
  return waitForState(chain, read, options);
}
