// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Inputs, inputsHash, keepResult, keptResult } from './passed.ts';

let root: string;
let inputs: Inputs;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'passed-'));
  await mkdir(join(root, 'sdk', 'src'), { recursive: true });
  await writeFile(join(root, 'sdk', 'src', 'a.ts'), 'a');
  await writeFile(join(root, 'lock.json'), '{}');
  await writeFile(join(root, 'program'), 'binary');
  inputs = { root, paths: ['sdk', 'lock.json'], programs: [join(root, 'program')] };
});
afterEach(() => rm(root, { recursive: true }));

test('what a check reads decides', async () => {
  const before = await inputsHash(inputs);
  expect(await inputsHash(inputs)).toBe(before);
  const hashes = new Set([before]);
  await writeFile(join(root, 'sdk', 'src', 'a.ts'), 'b');
  hashes.add(await inputsHash(inputs));
  await writeFile(join(root, 'sdk', 'src', 'b.ts'), '');
  hashes.add(await inputsHash(inputs));
  await writeFile(join(root, 'lock.json'), '{ }');
  hashes.add(await inputsHash(inputs));
  await writeFile(join(root, 'program'), 'other');
  hashes.add(await inputsHash(inputs));
  hashes.add(await inputsHash({ ...inputs, facts: ['v24'] }));
  expect(hashes.size).toBe(6);
});

test('what is built from it, and what does not count, does not', async () => {
  const before = await inputsHash(inputs);
  await mkdir(join(root, 'sdk', 'dist'));
  await writeFile(join(root, 'sdk', 'dist', 'a.js'), 'a');
  expect(await inputsHash(inputs)).toBe(before);
  await writeFile(join(root, 'sdk', 'src', 'a.test.ts'), 'a');
  const counts = (path: string): boolean => !path.endsWith('.test.ts');
  expect(await inputsHash({ ...inputs, counts })).toBe(before);
  expect(await inputsHash(inputs)).not.toBe(before);
});

test('a missing input is an error, not an unchanged one', async () => {
  await expect(inputsHash({ ...inputs, paths: ['nothing'] })).rejects.toThrow('ENOENT');
});

test('a result that passed is kept for its inputs only', async () => {
  const cache = join(root, 'cache');
  await keepResult('network (zombienet)', 'aa', { passed: 3, failed: 0 }, cache);
  const kept = await keptResult('network (zombienet)', 'aa', cache);
  expect(kept).toMatchObject({ passed: 3, failed: 0 });
  expect(kept?.day).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(await keptResult('network (zombienet)', 'ab', cache)).toBeUndefined();
  expect(await keptResult('pallets (cargo)', 'aa', cache)).toBeUndefined();
});

test('a failure is never kept, nor a check that ran nothing, nor a broken file believed', async () => {
  const cache = join(root, 'cache');
  await keepResult('a', 'aa', { passed: 3, failed: 1 }, cache);
  await keepResult('a', 'ab', { passed: 0, failed: 0 }, cache);
  await keepResult('a', 'ac', { passed: 1, failed: 0 }, cache);
  const [file, ...others] = await readdir(cache);
  expect(others).toEqual([]);
  await writeFile(join(cache, file as string), '{"passed": 1');
  for (const hash of ['aa', 'ab', 'ac']) expect(await keptResult('a', hash, cache)).toBeUndefined();
});
