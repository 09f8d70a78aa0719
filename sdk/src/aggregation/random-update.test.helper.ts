// SPDX-License-Identifier: Apache-2.0
// Updates of uniform limbs: that is what sealed ones look like.
import { KEY_RUNS, type LimbRun, maskedRuns, type UpdateFile, type UpdateShape } from './layout.ts';

/** An update of limbs that a function of the prime gives. */
export function updateOf(shape: UpdateShape, limb: (prime: number) => number): UpdateFile {
  const fill = (runs: readonly LimbRun[]): Float64Array =>
    Float64Array.from(
      runs.flatMap(({ count, prime }) => Array.from({ length: count }, () => limb(prime))),
    );
  return { ...shape, keyPart: fill(KEY_RUNS), maskedPart: fill(maskedRuns(shape)) };
}

/** An update of uniform limbs. */
export const randomUpdate = (shape: UpdateShape): UpdateFile =>
  updateOf(shape, (prime) => Math.floor(Math.random() * prime));
