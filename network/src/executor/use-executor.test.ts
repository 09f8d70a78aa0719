// SPDX-License-Identifier: Apache-2.0
// Which executor is used, and by whom.
import { chmod, cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateStateRoot } from '@acala-network/chopsticks-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CopiedPrograms, copyPrograms, damage } from '../testing/executor-places.ts';
import { builtExecutor, findExecutorProgram } from './program.ts';
import { EXECUTOR_VARIABLE, executorInUse, useExecutor } from './use-executor.ts';

const EMPTY_ROOT = '0x03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314';
const program = await findExecutorProgram();

const failing = (code: string): unknown => expect.objectContaining({ code });

afterEach(() => {
  vi.unstubAllEnvs();
  expect(executorInUse()).toBeUndefined();
});

/** Whether the executor in use works. */
async function works(): Promise<void> {
  expect(await calculateStateRoot([], 1)).toBe(EMPTY_ROOT);
}

describe('an executor', () => {
  test('of no known name is refused', async () => {
    await expect(useExecutor('fast' as 'native')).rejects.toEqual(failing('EXECUTOR_UNKNOWN'));
    vi.stubEnv(EXECUTOR_VARIABLE, 'fast');
    await expect(useExecutor()).rejects.toMatchObject({
      code: 'EXECUTOR_UNKNOWN',
      message: expect.stringContaining(EXECUTOR_VARIABLE),
    });
  });

  test('is the one that the environment names', async () => {
    vi.stubEnv(EXECUTOR_VARIABLE, 'chopsticks');
    const release = await useExecutor();
    expect(executorInUse()).toBe('chopsticks');
    await works();
    await release();
  });

  test.skipIf(program === undefined)('is the native one where there is a program', async () => {
    const release = await useExecutor();
    expect(executorInUse()).toBe('native');
    await works();
    await release();
  });

  test.skipIf(program === undefined)('is shared until the last share is given back', async () => {
    const [first, second] = await Promise.all([useExecutor('native'), useExecutor('native')]);
    await first();
    await first();
    expect(executorInUse()).toBe('native');
    await works();
    await second();
  });

  test.skipIf(program === undefined)('of another kind is refused while one runs', async () => {
    const release = await useExecutor('native');
    await expect(useExecutor('chopsticks')).rejects.toEqual(failing('EXECUTOR_IN_USE'));
    await release();
    const other = await useExecutor('chopsticks');
    await expect(useExecutor('native')).rejects.toEqual(failing('EXECUTOR_IN_USE'));
    // Whoever has no preference takes the one that runs.
    const share = await useExecutor('auto');
    expect(executorInUse()).toBe('chopsticks');
    await share();
    await other();
  });

  test.skipIf(program === undefined)('of each kind follows the other', async () => {
    for (const kind of ['native', 'chopsticks', 'native', 'native', 'chopsticks'] as const) {
      const release = await useExecutor(kind);
      expect(executorInUse()).toBe(kind);
      await works();
      await release();
    }
  });

  test.skipIf(program === undefined)("of Chopsticks' own serves who has no share", async () => {
    await (await useExecutor('native'))();
    await works();
    const release = await useExecutor('chopsticks');
    await works();
    await release();
  });
});

describe.skipIf(program?.origin !== 'shipped')('a program', () => {
  let places: CopiedPrograms;
  beforeEach(async () => {
    places = await copyPrograms();
  });
  afterEach(() => places.remove());

  test('that ships is found', async () => {
    expect(await findExecutorProgram(places)).toMatchObject({
      file: places.file,
      origin: 'shipped',
    });
  });

  test('that was built here for the same sources comes first', async () => {
    const manifest = join(places.native, 'programs', 'manifest.json');
    const { sources } = JSON.parse(await readFile(manifest, 'utf8'));
    const built = builtExecutor(sources, places.cache);
    await cp(places.file, built);
    expect(await findExecutorProgram(places)).toMatchObject({ file: built, origin: 'built' });
  });

  test('that is damaged is not run: an error, or the other executor with a warning', async () => {
    await damage(places.file);
    await expect(useExecutor('native', places)).rejects.toMatchObject({
      code: 'EXECUTOR_DAMAGED',
      message: expect.stringContaining('executor:build'),
    });
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    for (let i = 0; i < 2; i++) {
      const release = await useExecutor('auto', places);
      expect(executorInUse()).toBe('chopsticks');
      await release();
    }
    expect(warned).toHaveBeenCalledOnce();
    expect(warned.mock.calls[0]?.[0]).toContain(places.file);
    warned.mockRestore();
  });

  test('that is damaged after it was found is not started', async () => {
    const release = await useExecutor('native', places);
    await damage(places.file);
    await expect(calculateStateRoot([], 1)).rejects.toEqual(failing('EXECUTOR_DAMAGED'));
    await release();
  });

  test('that does not start here is as if there were none', async () => {
    await chmod(places.file, 0o644);
    await expect(useExecutor('native', places)).rejects.toMatchObject({
      code: 'EXECUTOR_MISSING',
      message: expect.stringContaining('executor:build'),
    });
    const release = await useExecutor('auto', places);
    expect(executorInUse()).toBe('chopsticks');
    await release();
  });

  test('whose list is damaged is not run', async () => {
    await writeFile(join(places.native, 'programs', 'manifest.json'), '{');
    await expect(useExecutor('native', places)).rejects.toEqual(failing('EXECUTOR_DAMAGED'));
  });
});
