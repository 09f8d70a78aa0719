// SPDX-License-Identifier: Apache-2.0
// Remembers, by content, which checks passed: one that takes long does not run again until something that it reads has changed.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Counts } from './counts.ts';

/** Where results are kept. */
export const PASSED_CACHE = join(homedir(), '.cache', 'training-ledger', 'passed');

/** Built or fetched, not written by people. */
const BUILT = /(^|\/)(node_modules|dist|target|\.circom)(\/|$)|\.tsbuildinfo$/;

/** What a check reads. */
export interface Inputs {
  /** Folders and files; relative to `root`. */
  readonly paths: readonly string[];
  readonly root: string;
  /** Whether a file below a folder counts; all that were not built by default. */
  readonly counts?: (path: string) => boolean;
  /** Anything else that decides, such as versions, and absolute paths of programs. */
  readonly facts?: readonly string[];
  readonly programs?: readonly string[];
}

/** sha256 in hex over everything that a check reads. */
export async function inputsHash({
  paths,
  root,
  counts = () => true,
  facts = [],
  programs = [],
}: Inputs): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  const files: string[] = [];
  for (const path of paths) files.push(...(await filesOf(root, path)));
  for (const file of files.filter((file) => counts(file)).sort()) {
    hash.update(`\0${file}\0${await fileHash(join(root, file))}`);
  }
  for (const program of programs) hash.update(`\0${await fileHash(program)}`);
  return hash.digest('hex');
}

/** A result that was kept, with the day it is of. */
export interface KeptResult extends Counts {
  readonly day: string;
}

/** The result that a check with these inputs had when it passed; undefined if it never did. */
export async function keptResult(
  name: string,
  hash: string,
  cache = PASSED_CACHE,
): Promise<KeptResult | undefined> {
  try {
    const kept = JSON.parse(await readFile(fileOf(name, hash, cache), 'utf8')) as KeptResult;
    return kept.failed === 0 && kept.passed > 0 ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a result; only what passed. */
export async function keepResult(
  name: string,
  hash: string,
  { passed, failed }: Counts,
  cache = PASSED_CACHE,
): Promise<void> {
  if (failed > 0 || passed === 0) return;
  await mkdir(cache, { recursive: true });
  const file = fileOf(name, hash, cache);
  const part = `${file}.${process.pid}.part`;
  const day = new Date().toISOString().slice(0, 10);
  await writeFile(part, JSON.stringify({ passed, failed, day }));
  await rename(part, file);
}

const fileOf = (name: string, hash: string, cache: string): string =>
  join(cache, `${name.replaceAll(/[^a-z]+/g, '-')}-${hash.slice(0, 32)}.json`);

/** Files below a folder, or the file itself, relative to `root` and with slashes. */
async function filesOf(root: string, path: string): Promise<string[]> {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (entries === undefined) return [path.split(sep).join('/')];
  const files: string[] = [];
  for (const entry of entries) {
    const below = `${path}/${entry.name}`;
    if (BUILT.test(below)) continue;
    if (entry.isDirectory()) files.push(...(await filesOf(root, below)));
    else if (entry.isFile()) files.push(below.split(sep).join('/'));
  }
  return files;
}

async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
