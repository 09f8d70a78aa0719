// SPDX-License-Identifier: Apache-2.0
// Adding a block's updates without opening them. The sum is a function of the stored ciphertexts and their order alone, so
// that anyone who has them gets the same bytes and the same content hash as the leader: this is how an aggregate is checked.
import type { Hex } from '@training-ledger/runtime-types';
import { type ContentStore, contentHash } from '@training-ledger/sdk';
import { Packing } from '../bfv/packing.ts';
import type { Bfv } from '../bfv/seal.ts';
import type { BfvSum } from '../bfv/sum.ts';
import { WorkerError } from '../errors.ts';

/** An encrypted sum. */
export interface Aggregate {
  /** Its ciphertexts, one after another; no bytes if no update was sound. */
  readonly sum: Uint8Array;
  /** Content hashes of the updates in it, in order. */
  readonly included: readonly Hex[];
  /** Content hashes of stored bytes that are no update of this size, and repetitions: they count as nothing. */
  readonly excluded: readonly Hex[];
}

/**
 * Sum of the stored updates of `values` values, in order. One update is in memory at a time besides the sum.
 *
 * What the stored bytes themselves decide, everyone decides alike: an update that is malformed, or has the content of one
 * before it, is left out, because one bad upload must not stop a federation. What only the moment decides, an update that
 * the store does not have, is an error: ask again, or another store.
 *
 * @throws WorkerError `TOO_MANY_CONTRIBUTORS`; SdkError of the store.
 */
export async function aggregateUpdates(
  bfv: Bfv,
  store: ContentStore,
  gradients: readonly Hex[],
  values: number,
  packing: Packing = new Packing(),
): Promise<Aggregate> {
  const { maxContributors } = packing.options;
  if (gradients.length > maxContributors) {
    throw new WorkerError(
      'TOO_MANY_CONTRIBUTORS',
      `A sum has at most ${maxContributors} updates.`,
      {
        details: `Got ${gradients.length}.`,
        hint: 'Set max_ops of the federation lower.',
      },
    );
  }
  using sum = bfv.sum(packing.blockCount(values));
  const included = new Set<Hex>();
  const excluded: Hex[] = [];
  for (const gradient of gradients) {
    if (!included.has(gradient) && isAdded(sum, await store.get(gradient))) included.add(gradient);
    else excluded.push(gradient);
  }
  const bytes = included.size === 0 ? new Uint8Array() : sum.bytes();
  return { sum: bytes, included: [...included], excluded };
}

/**
 * Repeats the aggregation behind a sealed block and compares the sum's content hash.
 * @throws WorkerError `AGGREGATE_MISMATCH`, and what {@link aggregateUpdates} throws.
 */
export async function recomputeAggregate(
  ...[content, ...inputs]: [content: Hex, ...Parameters<typeof aggregateUpdates>]
): Promise<Aggregate> {
  const aggregate = await aggregateUpdates(...inputs);
  if (contentHash(aggregate.sum) !== content) {
    throw new WorkerError(
      'AGGREGATE_MISMATCH',
      'The sealed aggregate is not the sum of its updates.',
      {
        hint: 'Do not open it: the leader sealed another ciphertext.',
      },
    );
  }
  return aggregate;
}

function isAdded(sum: BfvSum, bytes: Uint8Array): boolean {
  try {
    sum.add(bytes);
    return true;
  } catch (error) {
    if (error instanceof WorkerError && error.code === 'CIPHERTEXT_MALFORMED') return false;
    throw error;
  }
}
