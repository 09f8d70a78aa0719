// SPDX-License-Identifier: GPL-3.0-only
// How openings are handed to whoever combines them; what is found by it is tested with every committer.
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { wrongOpenings } from './openings.ts';

const openings = Array.from({ length: 10 }, () => ({ commitment: new Uint8Array(32) }));
const vector = new Uint8Array(32);

/** Lets everything happen that waits for nothing from outside. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await setImmediate();
}

it('reads a fourth vector while three are added, and no fifth before the first is', async () => {
  const answers: ((isAdded: boolean) => void)[] = [];
  let reads = 0;
  const begin = async () => ({
    add: () => new Promise<boolean>((resolve) => answers.push(resolve)),
    holds: async () => true,
  });
  const wrong = wrongOpenings(begin, openings, async () => {
    reads++;
    return vector;
  });
  for (let answered = 0; answered < openings.length; answered++) {
    await settle();
    expect(reads).toBe(Math.min(answered + 4, openings.length));
    expect(answers).toHaveLength(Math.min(answered + 3, openings.length));
    // Numbers 0 and 8 are malformed.
    answers[answered]?.(answered % 8 !== 0);
  }
  expect(await wrong).toEqual([0, 8]);
});

it('asks whether all hold only when all were added', async () => {
  const asked: number[] = [];
  let added = 0;
  const begin = async () => ({
    add: async () => {
      await settle();
      added++;
      return true;
    },
    holds: async () => {
      asked.push(added);
      return true;
    },
  });
  expect(await wrongOpenings(begin, openings, async () => vector)).toEqual([]);
  expect(asked).toEqual([openings.length]);
});

it('fails as adding does, whichever it was, and names nobody', async () => {
  for (const failing of [0, 4, 9]) {
    let added = 0;
    const begin = async () => ({
      add: async () => {
        if (added++ === failing) throw new Error('The program is gone.');
        return true;
      },
      holds: async () => true,
    });
    const check = wrongOpenings(begin, openings, async () => vector);
    await expect(check).rejects.toThrow('The program is gone.');
  }
});
