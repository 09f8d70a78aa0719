// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { Cleanup } from './cleanup.ts';

it('closes last opened first, one after the other, and once', async () => {
  const events: string[] = [];
  const cleanup = new Cleanup();
  for (const name of ['a', 'b']) {
    cleanup.defer(async () => {
      events.push(`${name} closes`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} closed`);
    });
  }
  await cleanup.disposeAsync();
  await cleanup.disposeAsync();
  expect(events).toEqual(['b closes', 'b closed', 'a closes', 'a closed']);
  expect(() => cleanup.defer(() => {})).toThrow('over');
});

it('closes at the end of a block, and not what was handed over', async () => {
  const events: string[] = [];
  const open = async (): Promise<Cleanup> => {
    await using undo = new Cleanup();
    undo.defer(() => events.push('a'));
    return undo.move();
  };
  const opened = await open();
  expect(events).toEqual([]);
  await opened.disposeAsync();
  expect(events).toEqual(['a']);
  const fail = async (): Promise<never> => {
    await using undo = new Cleanup();
    undo.defer(() => events.push('b'));
    throw new Error('half opened');
  };
  await expect(fail()).rejects.toThrow('half opened');
  expect(events).toEqual(['a', 'b']);
});

it('closes the rest when something cannot be closed, and says so', async () => {
  const events: string[] = [];
  const fails = (name: string) => async (): Promise<never> => {
    throw new Error(name);
  };
  const one = new Cleanup();
  one.defer(() => events.push('a'));
  one.defer(fails('b'));
  await expect(one.disposeAsync()).rejects.toThrow('b');
  expect(events).toEqual(['a']);
  const two = new Cleanup();
  two.defer(fails('a'));
  two.defer(fails('b'));
  await expect(two.disposeAsync()).rejects.toMatchObject({ errors: [Error('b'), Error('a')] });
});
