// SPDX-License-Identifier: Apache-2.0
// Finds the native executor: the program of network/native, built on this machine or shipped for its kind. A shipped program is
// run only if it is, byte for byte, the one whose hash is pinned.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ExecutorError } from './errors.ts';

const NAME = 'training-ledger-executor';
const NATIVE = fileURLToPath(new URL('../../native/', import.meta.url));
const CACHE = join(homedir(), '.cache', 'training-ledger', 'executor');

/** native/programs/manifest.json: what the shipped programs are built from, and their hashes. */
interface ProgramsManifest {
  /** sha256 over the sources. */
  readonly sources: string;
  /** sha256 by platform and architecture. */
  readonly programs: Readonly<Record<string, string>>;
}

/** A program that runs here. */
export interface ExecutorProgram {
  readonly file: string;
  readonly origin: 'built' | 'shipped';
  /** sha256 in hex that a shipped program must have. */
  readonly pinned: string | undefined;
}

/** Where to look; by default in this package and in the user's cache. */
export interface ProgramPlaces {
  readonly native?: string;
  readonly cache?: string;
}

/** Where a program that was built here for the sources of a manifest lies. */
export function builtExecutor(sources: string, cache = CACHE): string {
  return join(cache, sources.slice(0, 16), NAME);
}

/** Where the program that ships for a platform lies. */
export function shippedExecutor(platform: string, native = NATIVE): string {
  return join(native, 'programs', platform, NAME);
}

/**
 * The program of this machine; undefined where there is none that runs.
 * @throws ExecutorError `EXECUTOR_DAMAGED` if there is one that is not the pinned one.
 */
export async function findExecutorProgram({
  native = NATIVE,
  cache = CACHE,
}: ProgramPlaces = {}): Promise<ExecutorProgram | undefined> {
  const { sources, programs } = await readManifest(join(native, 'programs', 'manifest.json'));
  const built = builtExecutor(sources, cache);
  if (existsSync(built) && (await runs(built))) {
    return { file: built, origin: 'built', pinned: undefined };
  }
  const platform = `${process.platform}-${process.arch}`;
  const shipped = shippedExecutor(platform, native);
  const pinned = programs[platform];
  if (pinned === undefined || !existsSync(shipped)) return undefined;
  const program: ExecutorProgram = { file: shipped, origin: 'shipped', pinned };
  await verify(program);
  return (await runs(shipped)) ? program : undefined;
}

/**
 * Compares a program with its pinned hash; to be called before every start.
 * @throws ExecutorError `EXECUTOR_DAMAGED`
 */
export async function verify({ file, pinned }: ExecutorProgram): Promise<void> {
  if (pinned === undefined) return;
  const found = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (found === pinned) return;
  throw new ExecutorError('EXECUTOR_DAMAGED', 'The native executor is not the pinned program.', {
    details: `${file} has the sha256 ${found}, not ${pinned}.`,
    hint: 'Install the package again, build your own with "npm run executor:build", or choose "chopsticks".',
  });
}

async function readManifest(file: string): Promise<ProgramsManifest> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProgramsManifest;
  } catch (cause) {
    throw new ExecutorError('EXECUTOR_DAMAGED', 'The list of native executors cannot be read.', {
      details: `${file} is missing or damaged.`,
      hint: 'Install the package again, or choose "chopsticks".',
      cause,
    });
  }
}

/** Whether a program starts here: it may be built for another libc or another processor. */
async function runs(file: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(file, ['check'], { timeout: 10_000 });
    return stdout.startsWith(NAME);
  } catch {
    return false;
  }
}
