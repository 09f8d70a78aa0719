// SPDX-License-Identifier: Apache-2.0
// Adding a round's updates without opening them.
import type { ContentStore } from '@training-ledger/sdk';
import type { Hex } from '@training-ledger/runtime-types';
import { blockCount, MAX_CONTRIBUTORS } from '../bfv/packing.ts';
import type { Bfv } from '../bfv/seal.ts';
import { WorkerError } from '../errors.ts';

/**
 * Sum of the stored ciphertexts, in order, of updates of `values` values. One ciphertext is in memory at a time. Whoever
 * repeats it gets the same bytes: this is how a sealed aggregate is checked.
 * @throws WorkerError `TOO_FEW_CONTRIBUTORS`, `TOO_MANY_CONTRIBUTORS` or `CIPHERTEXT_MALFORMED`; SdkError of the store.
 */
export async function aggregateUpdates(
  bfv: Bfv,
  store: ContentStore,
  gradients: readonly Hex[],
  values: number,
): Promise<Uint8Array> {
  if (gradients.length === 0) {
    throw new WorkerError('TOO_FEW_CONTRIBUTORS', 'There is no update to add.');
  }
  if (gradients.length > MAX_CONTRIBUTORS) {
    throw new WorkerError('TOO_MANY_CONTRIBUTORS', `A sum has at most ${MAX_CONTRIBUTORS} updates.`, {
      details: `Got ${gradients.length}.`,
      hint: 'Set max_ops of the federation lower.',
    });
  }
  const sum = bfv.sum(blockCount(values));
  try {
    for (const gradient of gradients) sum.add(await store.get(gradient));
    return sum.bytes();
  } finally {
    sum.free();
  }
}
