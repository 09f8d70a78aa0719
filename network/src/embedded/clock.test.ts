// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextBlockTime, SLOT } from './clock.ts';

const NOW = 1_790_000_000_123;

test('the first block, and one after a pause, are at the time of the clock', () => {
  expect(nextBlockTime(0, NOW).timestamp).toBe(NOW);
  expect(nextBlockTime(NOW - 3_600_000, NOW).timestamp).toBe(NOW);
});

test('blocks that come faster than slots run ahead by a slot each', () => {
  const first = nextBlockTime(0, NOW);
  const second = nextBlockTime(first.timestamp, NOW + 20);
  const third = nextBlockTime(second.timestamp, NOW + 40);
  expect(second.slot).toBe(first.slot + 1);
  expect(third.slot).toBe(first.slot + 2);
  expect(third.timestamp - second.timestamp).toBe(SLOT);
});

test('a block is never before the clock, and always in a later slot than its parent', () => {
  const time = fc.integer({ min: 0, max: 2 ** 45 });
  fc.assert(
    fc.property(time, time, (parent, now) => {
      const { timestamp, slot } = nextBlockTime(parent, now);
      expect(timestamp).toBeGreaterThanOrEqual(now);
      expect(slot).toBe(Math.floor(timestamp / SLOT));
      expect(slot).toBeGreaterThan(Math.floor(parent / SLOT));
    }),
  );
});
