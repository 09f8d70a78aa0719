// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChainState, type Hex } from './chain-state.ts';

test('a state keeps what a later block changes or deletes', async () => {
  const state = new ChainState([
    ['0x01', '0xaa'],
    ['0x0102', '0xbb'],
  ]);
  state.write(1, [['0x01', '0xac']]);
  state.write(2, [
    ['0x01', null],
    ['0x0103', '0xcc'],
  ]);
  const values = async (block: number): Promise<unknown[]> =>
    state.at(block).getMany(['0x01', '0x0102', '0x0103']);
  expect(await values(0)).toEqual(['0xaa', '0xbb', undefined]);
  expect(await values(1)).toEqual(['0xac', '0xbb', undefined]);
  expect(await values(2)).toEqual([undefined, '0xbb', '0xcc']);
});

test('the last write of a block counts', async () => {
  const state = new ChainState([]);
  state.write(1, [['0x01', '0xaa']]);
  state.write(1, [['0x01', '0xab']]);
  expect(await state.at(1).get('0x01')).toBe('0xab');
  expect(await state.at(0).get('0x01')).toBeUndefined();
});

test('keys are listed in order, by prefix, page by page, for every block as it was', async () => {
  const key = fc.integer({ min: 0, max: 40 }).map((n) => `0x${n.toString(16).padStart(4, '0')}`);
  const diff = fc.array(fc.tuple(key, fc.option(fc.constantFrom('0x01', '0x02'))));
  await fc.assert(
    fc.asyncProperty(
      fc.array(diff, { maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      async (diffs, page) => {
        const state = new ChainState([]);
        const model = new Map<string, string>();
        const expected: string[][] = [[]];
        for (const [i, changes] of diffs.entries()) {
          state.write(i + 1, changes as [Hex, Hex | null][]);
          for (const [changed, value] of changes) {
            if (value === null) model.delete(changed);
            else model.set(changed, value);
          }
          expected.push([...model.keys()].sort());
        }
        for (const [block, keys] of expected.entries()) {
          for (const prefix of ['0x', '0x00', '0x001']) {
            const found: string[] = [];
            for (let start = '0x'; ; start = found.at(-1) as string) {
              const next = await state.at(block).getKeysPaged(prefix, page, start);
              found.push(...next);
              if (next.length < page) break;
            }
            expect(found).toEqual(keys.filter((one) => one.startsWith(prefix)));
          }
        }
      },
    ),
  );
});
