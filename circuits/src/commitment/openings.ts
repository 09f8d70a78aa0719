// SPDX-License-Identifier: GPL-3.0-only
// Which of many openings do not hold: all at once by a random combination (small exponents test of Bellare, Garay, Rabin,
// Eurocrypt 1998), and by halves where it fails.
import { CommitterError, MAX_OPENINGS, type Opening, type ReadVector } from './committer.ts';
import type { Vector } from './packed.ts';

/** Bytes of a coefficient: 128 bits. */
export const COEFFICIENT_BYTES = 16;
/** Vectors that are being added while the next one is read: enough that whoever adds them need not wait. */
const ON_THEIR_WAY = 3;

/** A random combination of openings that is being made. */
export interface Combination {
  /**
   * Adds an opening; false, and nothing is added, if its commitment is no point or its vector is malformed. More may be added
   * before it answers.
   */
  add(coefficient: Uint8Array, commitment: Uint8Array, vector: Vector): Promise<boolean>;
  /** Whether all that was added opens: the last thing to be asked. */
  holds(): Promise<boolean>;
}

/**
 * Indices of the openings that do not hold, rising.
 * @throws CommitterError `TOO_MANY_OPENINGS`, and what `begin` and `read` throw.
 */
export async function wrongOpenings(
  begin: () => Promise<Combination>,
  openings: readonly Opening[],
  read: ReadVector,
): Promise<number[]> {
  if (openings.length > MAX_OPENINGS) {
    throw new CommitterError(
      'TOO_MANY_OPENINGS',
      `At most ${MAX_OPENINGS} openings are checked at once, not ${openings.length}.`,
    );
  }
  const wrong = new Set<number>();

  /** Whether the openings of these indices hold together, those left out that are malformed, which `wrong` takes. */
  const hold = async (indices: readonly number[]): Promise<boolean> => {
    const combination = await begin();
    const adding: Promise<void>[] = [];
    let count = 0;
    for (const index of indices) {
      const vector = await read(index);
      if (adding.length === ON_THEIR_WAY) await adding.shift();
      if (vector === undefined) {
        wrong.add(index);
        continue;
      }
      const coefficient = crypto.getRandomValues(new Uint8Array(COEFFICIENT_BYTES));
      const { commitment } = openings[index] as Opening;
      const added = combination.add(coefficient, commitment, vector).then((isAdded) => {
        if (isAdded) count++;
        else wrong.add(index);
      });
      // That it failed is told when it is awaited, if `read` does not fail first.
      added.catch(() => {});
      adding.push(added);
    }
    await Promise.all(adding);
    return count === 0 || combination.holds();
  };

  /**
   * Finds the wrong ones among indices that do not hold together. Nobody is named without having been checked alone: `read` may
   * give something else than the last time.
   */
  const search = async (indices: readonly number[], wereChecked: boolean): Promise<void> => {
    const suspects = indices.filter((index) => !wrong.has(index));
    if (suspects.length <= 1) {
      if (wereChecked || !(await hold(suspects))) for (const index of suspects) wrong.add(index);
      return;
    }
    const half = suspects.length >> 1;
    const [left, right] = [suspects.slice(0, half), suspects.slice(half)];
    const leftHolds = await hold(left);
    if (!leftHolds) await search(left, true);
    // If the left half holds, what is wrong is in the right one: it need not be asked.
    if (leftHolds) await search(right, false);
    else if (!(await hold(right))) await search(right, true);
  };

  const all = openings.map((_, index) => index);
  if (!(await hold(all))) await search(all, true);
  return [...wrong].sort((a, b) => a - b);
}
