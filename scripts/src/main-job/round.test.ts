// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { leadersCount, provenBy } from './round.ts';

const ENTRIES = [
  ['third', { correct: 50, order: 0 }],
  ['late', { correct: 57, order: 2 }],
  ['early', { correct: 57, order: 1 }],
] as const;

describe('what the workers of a round have proven', () => {
  it('is ranked as the chain ranks it: most correct first, then the earlier commitment', () => {
    expect(provenBy(ENTRIES)).toEqual([
      { worker: 'early', correct: 57 },
      { worker: 'late', correct: 57 },
      { worker: 'third', correct: 50 },
    ]);
  });

  it("has the leader's own count, also if the first of the ranking missed its turn", () => {
    const proven = provenBy(ENTRIES);
    expect(leadersCount(proven, 'early')).toBe(57);
    expect(leadersCount(proven, 'third')).toBe(50);
    expect(() => leadersCount(proven, 'nobody')).toThrow('proof of the leader');
  });
});
