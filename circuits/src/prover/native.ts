// SPDX-License-Identifier: GPL-3.0-only
// Finds the native prover: a program built from circuits/native, on this machine or shipped for its kind.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Names a program to use instead of those that are found, or `none`. */
export const PROVER_VARIABLE = 'TRAINING_LEDGER_PROVER';
export const NATIVE = fileURLToPath(new URL('../../native/', import.meta.url));
const PROGRAM = 'training-ledger-prover';

/** native/programs/manifest.json: what the shipped programs are built from, and their hashes. */
interface ProgramsManifest {
  /** sha256 over the sources. */
  readonly sources: string;
  /** sha256 by platform and architecture. */
  readonly programs: Readonly<Record<string, string>>;
}

/** A program that runs here. */
export interface NativeProver {
  readonly file: string;
  /** Where it comes from. */
  readonly origin: 'environment' | 'built' | 'shipped';
}

let found: NativeProver | undefined;
let searched = false;

/** The native prover of this machine; undefined where there is none that runs. Looked for once a process. */
export function findNativeProver(): NativeProver | undefined {
  if (!searched) found = candidates().find(({ file }) => runs(file));
  searched = true;
  return found;
}

/** Where a program that was built here for the sources of a manifest lies. */
export function builtProgram(sources: string): string {
  return join(homedir(), '.cache', 'training-ledger', 'prover', sources.slice(0, 16), PROGRAM);
}

/** Where the program that ships for a platform lies. */
export function shippedProgram(platform: string): string {
  return join(NATIVE, 'programs', platform, PROGRAM);
}

function candidates(): NativeProver[] {
  const named = process.env[PROVER_VARIABLE];
  if (named === 'none') return [];
  if (named !== undefined) return [{ file: named, origin: 'environment' }];
  const manifest = readManifest();
  if (manifest === undefined) return [];
  const built: NativeProver = { file: builtProgram(manifest.sources), origin: 'built' };
  const platform = `${process.platform}-${process.arch}`;
  const shipped: NativeProver = { file: shippedProgram(platform), origin: 'shipped' };
  const pinned = manifest.programs[platform];
  const isSound = pinned !== undefined && existsSync(shipped.file) && hash(shipped.file) === pinned;
  return [...(existsSync(built.file) ? [built] : []), ...(isSound ? [shipped] : [])];
}

function readManifest(): ProgramsManifest | undefined {
  try {
    return JSON.parse(readFileSync(join(NATIVE, 'programs', 'manifest.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

const hash = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

/** Whether a program starts here: it may be built for another libc or another processor. */
function runs(file: string): boolean {
  const { status, stdout } = spawnSync(file, ['check'], { encoding: 'utf8', timeout: 10_000 });
  return status === 0 && stdout.startsWith(PROGRAM);
}
