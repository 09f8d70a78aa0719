// SPDX-License-Identifier: GPL-3.0-only
// Hashes that pin the shipped keys: of what determines them, and of every file.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type CircuitFiles, KEY_FILES, readKeyFile } from '../keys.ts';
import { CIRCOM_DIR, COMPILER_FLAGS } from './compile.ts';
import { DEVELOPMENT_SEED } from './powers-of-tau.ts';

/** The last contribution to a key is a public beacon, so that the keys can be derived again. */
export const BEACON = {
  name: 'development',
  value: `${'00'.repeat(31)}01`,
  iterations: 10,
} as const;

/** sha256 in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Versions of the packages whose code decides what a key looks like. */
async function toolVersions(): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const name of ['circom2', 'circomlib', 'snarkjs']) {
    versions[name] = await packageVersion(name);
  }
  return versions;
}

/** Some packages do not export their package.json: looks for it beside what they do export. */
async function packageVersion(name: string): Promise<string> {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const file = paths.map((path) => join(path, name, 'package.json')).find(existsSync);
  if (file === undefined) throw new Error(`The package ${name} is not installed.`);
  return JSON.parse(await readFile(file, 'utf8')).version;
}

/** Hash of everything that determines a circuit's keys: its sources with all they include, tools and set-up. */
export async function sourceHash(id: string): Promise<string> {
  const tools = await toolVersions();
  const hash = createHash('sha256').update(
    JSON.stringify([tools, COMPILER_FLAGS, DEVELOPMENT_SEED, BEACON]),
  );
  const sources = await closure(`main/${id}.circom`);
  for (const name of [...sources.keys()].sort()) {
    hash.update(`${name}\0${sources.get(name)}\0`);
  }
  return hash.digest('hex');
}

/** Our own sources that `entry` includes, itself among them, by their path below circom/. circomlib is pinned by version. */
async function closure(entry: string): Promise<Map<string, string>> {
  const sources = new Map<string, string>();
  const open = [entry];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (sources.has(name)) continue;
    const text = await readFile(new URL(name, CIRCOM_DIR), 'utf8');
    sources.set(name, text);
    for (const [, include] of text.matchAll(/^include "(.+)";/gm)) {
      // The compiler looks beside the file first, then in the library paths.
      const beside = new URL(include as string, new URL(name, CIRCOM_DIR));
      const candidates = [beside, new URL(include as string, CIRCOM_DIR)];
      const own = candidates.find((url) => url.href.startsWith(CIRCOM_DIR.href) && existsSync(url));
      if (own !== undefined) open.push(own.href.slice(CIRCOM_DIR.href.length));
    }
  }
  return sources;
}

/** Hashes of a circuit's files; a missing one has none. */
export async function hashFiles(directory: string): Promise<Partial<CircuitFiles>> {
  const hashes: Record<string, string> = {};
  for (const name of KEY_FILES) {
    const bytes = await readKeyFile(join(directory, name)).catch(() => undefined);
    if (bytes !== undefined) hashes[name] = sha256(bytes);
  }
  return hashes;
}
