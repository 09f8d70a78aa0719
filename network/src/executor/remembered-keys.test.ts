// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { RememberedKeys } from './remembered-keys.ts';

const NONE: ReadonlyMap<string, boolean> = new Map();

test('what a call asked for is sent ahead of the next one', () => {
  const keys = new RememberedKeys();
  keys.learn('a', NONE, ['0x01', '0x02']);
  keys.learn('b', NONE, ['0x03']);
  expect(keys.of('a')).toEqual(['0x01', '0x02']);
  expect(keys.of('c')).toEqual([]);
});

test('a key that is no longer read is forgotten, one that is read now and then is not', () => {
  const keys = new RememberedKeys();
  keys.learn('a', NONE, ['0x01', '0x02']);
  for (let call = 1; call <= 9; call++) {
    const wasRead = call === 5;
    keys.learn(
      'a',
      new Map([
        ['0x01', false],
        ['0x02', wasRead],
      ]),
      [],
    );
  }
  expect(keys.of('a')).toEqual(['0x02']);
});

test('keys and entry points are bounded', () => {
  const keys = new RememberedKeys();
  const many = Array.from({ length: 3_000 }, (_, i) => `0x${i}`);
  keys.learn('a', NONE, many);
  expect(keys.of('a')).toHaveLength(1_024);
  for (let i = 0; i < 64; i++) keys.learn(`other ${i}`, NONE, ['0x01']);
  expect(keys.of('a')).toEqual([]);
  expect(keys.of('other 0')).toEqual(['0x01']);
});
