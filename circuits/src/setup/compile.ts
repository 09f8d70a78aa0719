// SPDX-License-Identifier: GPL-3.0-only
// Compiles a circuit with npm's circom (WASM).
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from '../cache.ts';

const require = createRequire(import.meta.url);
/** Sources of the circuits. */
export const CIRCOM_DIR = new URL('../../circom/', import.meta.url);

/** --O2 removes linear constraints: about a third fewer rows than --O1. */
export const COMPILER_FLAGS = [
  '--r1cs',
  '--wasm',
  '--O2',
  '-l',
  'circomlib',
  '-l',
  'circom',
] as const;

/** Lays out the sources and their library below `directory`: the compiler sees nothing outside its working directory. */
export async function stageSources(directory: string): Promise<void> {
  const circomlib = dirname(require.resolve('circomlib/package.json'));
  await mkdir(directory, { recursive: true });
  await cp(CIRCOM_DIR, join(directory, 'circom'), { recursive: true });
  await cp(join(circomlib, 'circuits'), join(directory, 'circomlib'), { recursive: true });
}

/** Runs something in a folder with the sources laid out, which is removed after it. */
export async function withSources<T>(run: (staging: string) => Promise<T>): Promise<T> {
  await mkdir(CACHE, { recursive: true });
  const staging = await mkdtemp(join(CACHE, 'build-'));
  try {
    await stageSources(staging);
    return await run(staging);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Compiles `circom/main/<id>.circom` to `<id>.r1cs` and `<id>_js/<id>.wasm` in the staged directory. */
export async function compile(
  directory: string,
  id: string,
): Promise<{ r1cs: string; wasm: string }> {
  const circom = join(dirname(require.resolve('circom2/package.json')), 'cli.js');
  const source = `circom/main/${id}.circom`;
  await promisify(execFile)(process.execPath, [circom, source, ...COMPILER_FLAGS], {
    cwd: directory,
    maxBuffer: 1 << 26,
  });
  return { r1cs: join(directory, `${id}.r1cs`), wasm: join(directory, `${id}_js`, `${id}.wasm`) };
}
