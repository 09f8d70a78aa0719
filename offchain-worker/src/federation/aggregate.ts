// SPDX-License-Identifier: Apache-2.0
// Adding a block's updates without opening them. The sum is a function of the stored updates alone, so that anyone who has
// them gets the same bytes and the same content hash as the leader.
import type { Hex } from '@training-ledger/runtime-types';
import { type ContentStore, contentHash, type UpdateShape, UpdateSum } from '@training-ledger/sdk';
import { WorkerError } from '../errors.ts';

/**
 * The file of the sum of stored updates. One update is in memory at a time besides the sum.
 * @throws SdkError of the store; `UPDATE_MALFORMED`; `TOO_MANY_CONTRIBUTORS`; `TOO_FEW_CONTRIBUTORS` for none.
 */
export async function aggregateUpdates(
  store: ContentStore,
  gradients: readonly Hex[],
  shape: UpdateShape,
): Promise<Uint8Array> {
  const sum = new UpdateSum(shape);
  for (const gradient of gradients) sum.add(await store.get(gradient));
  return sum.bytes();
}

/**
 * Adds the updates behind a sealed block again and compares the sum's content hash.
 * @throws WorkerError `AGGREGATE_MISMATCH`, and what {@link aggregateUpdates} throws.
 */
export async function recomputeAggregate(
  content: Hex,
  ...inputs: Parameters<typeof aggregateUpdates>
): Promise<Uint8Array> {
  const sum = await aggregateUpdates(...inputs);
  if (contentHash(sum) === content) return sum;
  throw new WorkerError(
    'AGGREGATE_MISMATCH',
    'The sealed aggregate is not the sum of its updates.',
    {
      hint: 'Do not open it: the leader sealed another sum.',
    },
  );
}
