// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { accuracyChart, contributionChart } from './chart.ts';
import { formatReport } from './format.ts';
import { ALICE, BOB, REPORT } from './report.test.helper.ts';
import { contributions, workerName } from './report.ts';
import { formatTables } from './tables.ts';

const lines = (text: string): string[] => text.split('\n');

describe('a report', () => {
  it('adds up what a user contributed and got', () => {
    expect(contributions(REPORT).map(({ delta, reward }) => [delta, reward])).toEqual([
      [12, 201],
      [12, 201],
    ]);
  });

  it('names workers, and shows the address of anybody else', () => {
    expect(workerName(REPORT, BOB)).toBe('worker 2');
    expect(workerName({ workers: [] }, BOB)).toBe(BOB);
  });
});

describe('tables', () => {
  it("have the leader's own count beside the leader, not that of others or of the generation", () => {
    const rows = lines(formatTables(REPORT)).filter((line) => line.includes('worker 2'));
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).toContain('57 of 64');
    expect(formatTables(REPORT)).not.toMatch(/(51|62) of 64/);
  });

  it('show the first ops and say how many there are besides', () => {
    const [first] = REPORT.operations;
    const operations = Array.from({ length: 60 }, (_, i) => ({ ...first, round: i }) as never);
    const text = formatTables({ ...REPORT, operations });
    expect(text).toContain('and 40 more ops');
    expect(formatTables(REPORT)).not.toContain('more ops');
  });
});

describe('charts', () => {
  it('show the accuracy from the base model on, with a point a block', () => {
    const chart = accuracyChart(REPORT);
    expect(lines(chart)[0]).toBe('Accuracy of the base model: 40.0 % -> 60.0 % -> 80.0 %');
    expect(chart.match(/●/g)).toHaveLength(3);
    const rising = lines(chart).filter((line) => line.includes('●'));
    // The highest line has the last point.
    expect(rising[0]).toMatch(/80 %.*●$/);
    expect(chart).toMatch(/0 +1 +2/);
  });

  it('keep within their scale for no and for full accuracy', () => {
    const [block] = REPORT.blocks;
    const blocks = [{ ...block, accuracy: { before: 0, after: 1 } } as never];
    const chart = accuracyChart({ accuracy: { before: 0, after: 1 }, blocks });
    expect(chart.match(/●/g)).toHaveLength(2);
    expect(lines(chart).find((line) => line.includes('100 %'))).toContain('●');
    expect(lines(chart).find((line) => /^ *0 %/.test(line))).toContain('●');
  });

  it('show bars of users in proportion', () => {
    const operations = REPORT.operations.map((op, i) =>
      i === 1 ? { ...op, delta: 0, reward: 0 } : op,
    );
    const [, first, second] = lines(contributionChart({ ...REPORT, operations }));
    const bars = (line = ''): number[] =>
      line.match(/[█▏▎▍▌▋▊▉]+/g)?.map((bar) => bar.length) ?? [];
    expect(bars(first)).toEqual([24, 24]);
    expect(bars(second)).toEqual([16, 12]);
    expect(second).toContain('+8');
    expect(second).toContain('100.500 UNIT');
  });

  it('are drawn where nobody contributed anything', () => {
    const text = contributionChart({ users: REPORT.users, operations: [] });
    expect(text).not.toContain('█');
    expect(lines(text)).toHaveLength(3);
  });
});

it('the end says the result in one line', () => {
  const last = lines(formatReport(REPORT)).at(-1);
  expect(last).toBe(
    'Accuracy 40.0 % -> 80.0 % in 2 sealed blocks, 4 operations; 1 attempt to cheat refused.',
  );
  expect(formatReport(REPORT)).not.toContain(ALICE);
});
