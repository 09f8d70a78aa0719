// SPDX-License-Identifier: GPL-3.0-only
// npm run circuits:build [id...]: compiles the circuits that changed and derives their development keys. Those that do not
// ship are made in the cache, and pinned.
// npm run circuits:check: checks that the shipped keys are those of the manifest and of the sources, and that what is pinned
// of the others is of the sources.
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CIRCUITS, type CircuitId, UNSHIPPED_CIRCUITS } from '@training-ledger/protocol/statements';
import { type CircuitEntry, developmentKeys, KEY_FILES, type KeysManifest } from '../keys.ts';
import { withSources } from './compile.ts';
import { deriveKeys } from './derive.ts';
import { hashFiles, sourceHash } from './manifest.ts';
import { ensureUnshipped, isCached, makeKeys, pinUnshipped, readUnshipped } from './unshipped.ts';

type Entries = Partial<Record<CircuitId, CircuitEntry>>;
const DIRECTORY = developmentKeys.directory;
const MANIFEST = join(DIRECTORY, 'manifest.json');

async function readEntries(): Promise<Entries> {
  return existsSync(MANIFEST) ? JSON.parse(await readFile(MANIFEST, 'utf8')).circuits : {};
}

/** Why a circuit's keys are not those of its sources and of the manifest; undefined if they are. */
async function problem(
  id: CircuitId,
  entry: CircuitEntry | undefined,
): Promise<string | undefined> {
  const directory = join(DIRECTORY, id);
  if (entry === undefined) return 'it is not in the manifest';
  if (entry.sources !== (await sourceHash(id))) return 'its sources or tools changed';
  const actual = await hashFiles(directory);
  const missing = KEY_FILES.filter((name) => actual[name] === undefined);
  if (missing.length > 0) return `${missing.join(', ')} cannot be read`;
  const changed = KEY_FILES.filter((name) => actual[name] !== entry.files[name]);
  return changed.length === 0 ? undefined : `the hash of ${changed.join(', ')} is another`;
}

/** Rebuilds the named circuits, or else those whose keys are not what they should be. */
async function build(named: readonly CircuitId[]): Promise<void> {
  const circuits = await readEntries();
  await withSources(async (staging) => {
    for (const id of CIRCUITS) {
      const reason = named.includes(id) ? 'asked for' : await problem(id, circuits[id]);
      if (reason === undefined || (named.length > 0 && !named.includes(id))) continue;
      console.error(`${id}: ${reason}`);
      circuits[id] = await deriveKeys(staging, DIRECTORY, id, console.error);
      const manifest = { kind: 'development', circuits } as KeysManifest;
      await writeFile(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
    }
  });
}

/** Makes the named keys that do not ship and pins them; or else those whose pinned hashes are not of their sources. */
async function buildUnshipped(named: readonly CircuitId[]): Promise<void> {
  for (const id of UNSHIPPED_CIRCUITS) {
    if (named.length > 0 && !named.includes(id)) continue;
    const pinned = (await readUnshipped())[id];
    if (pinned?.sources !== (await sourceHash(id))) {
      await pinUnshipped(id, await makeKeys(id, console.error));
    } else if (named.includes(id)) await ensureUnshipped(id, console.error);
  }
}

/** Prints one line a circuit; false if one is not as pinned. */
async function check(): Promise<boolean> {
  const circuits = await readEntries();
  let sound = true;
  for (const id of CIRCUITS) {
    const reason = await problem(id, circuits[id]);
    sound &&= reason === undefined;
    const size = await stat(join(DIRECTORY, id, 'circuit.zkey')).catch(() => ({ size: 0 }));
    const megabytes = `${(size.size / 1e6).toFixed(1)} MB`.padStart(8);
    console.log(`${id.padEnd(18)} ${megabytes}  ${reason ?? 'as pinned'}`);
  }
  const unshipped = await readUnshipped();
  for (const id of UNSHIPPED_CIRCUITS) {
    const entry = unshipped[id];
    const isOfSources = entry?.sources === (await sourceHash(id));
    sound &&= isOfSources;
    const made = entry !== undefined && (await isCached(id, entry));
    const state = isOfSources ? `not shipped, ${made ? 'made here' : 'not made here'}` : 'stale';
    console.log(`${id.padEnd(18)} ${'-'.padStart(8)}  ${state}`);
  }
  if (!sound) console.error('Run npm run circuits:build.');
  return sound;
}

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const known: readonly string[] = [...CIRCUITS, ...UNSHIPPED_CIRCUITS];
const unknown = positionals.filter((id) => !known.includes(id));
let failed = unknown.length > 0;
if (failed) console.error(`No circuit ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
else if (values.check) failed = !(await check());
else {
  const named = positionals as CircuitId[];
  await build(named);
  await buildUnshipped(named);
}
// snarkjs leaves its curve's threads running.
process.exit(failed ? 1 : 0);
