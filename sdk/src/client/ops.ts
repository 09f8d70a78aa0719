// SPDX-License-Identifier: Apache-2.0
// Ops of a federation in the order recorded.
import type { Hex, TrainingOp } from '@training-ledger/runtime-types';
import type { LedgerChain } from './chain.ts';
import { required } from './context.ts';

/**
 * The `count` ops of a federation from sequence number `first` on, as the node gives them.
 * @throws SdkError `NOT_FOUND`.
 */
export async function getOps(
  chain: LedgerChain,
  base: Hex,
  first: bigint,
  count: number,
): Promise<{ id: Hex; op: TrainingOp }[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const sequence = first + BigInt(i);
      const id = required(
        await chain.query('trainingLedger', 'federationOps', base, sequence),
        `op ${sequence} of this federation`,
      );
      return { id, op: required(await chain.query('trainingLedger', 'ops', id), 'such op') };
    }),
  );
}
