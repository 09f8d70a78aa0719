// SPDX-License-Identifier: GPL-3.0-only
// Development keys of the circuits whose keys do not ship, because they are large: made by the native program in seconds, kept
// in the cache, and held against the hashes that keys/unshipped.json pins. Everyone who makes them has the same ones.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CircuitId } from '@training-ledger/protocol/statements';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { r1cs as r1csTools, zKey } from 'snarkjs';
import { CACHE } from '../cache.ts';
import {
  type CircuitEntry,
  type CircuitFiles,
  cachedFolder,
  KEY_FILES,
  type KeysManifest,
  UNSHIPPED_MANIFEST,
} from '../keys.ts';
import { findNativeProver, PROVER_VARIABLE } from '../prover/native.ts';
import { compile, withSources } from './compile.ts';
import { hashFiles, sourceHash } from './manifest.ts';

/** The public string behind all secrets of these keys. */
const SEED = 'training-ledger/development-keys/v1';

/** Pinned entries of the keys that do not ship. */
export async function readUnshipped(): Promise<Partial<Record<CircuitId, CircuitEntry>>> {
  if (!existsSync(UNSHIPPED_MANIFEST)) return {};
  return (JSON.parse(await readFile(UNSHIPPED_MANIFEST, 'utf8')) as KeysManifest).circuits;
}

/** Whether the files of a pinned key lie in the cache, as they are pinned. */
export async function isCached(id: CircuitId, entry: CircuitEntry): Promise<boolean> {
  const files = await hashFiles(cachedFolder(id, entry));
  return KEY_FILES.every((name) => files[name] === entry.files[name]);
}

/**
 * Makes a circuit's development key, unless it was made before. Takes from ten seconds to some minutes, most of them
 * for compiling.
 * @throws LedgerError `KEYS_UNKNOWN` for a circuit that no key is pinned for, `KEYS_TOOL_MISSING` where there is no native
 * program, `KEYS_FOREIGN` if sources or tools are not those of the pinned key.
 */
export async function ensureUnshipped(
  id: CircuitId,
  log: (message: string) => void,
): Promise<void> {
  const pinned = (await readUnshipped())[id];
  if (pinned === undefined) {
    throw new LedgerError(`There is no key of ${id}.`, { code: 'KEYS_UNKNOWN' });
  }
  if (await isCached(id, pinned)) return;
  const made = await makeKeys(id, log);
  const other = KEY_FILES.filter((name) => made.files[name] !== pinned.files[name]);
  if (other.length > 0) {
    throw new LedgerError(`The key of ${id} that was made here is not the pinned one.`, {
      code: 'KEYS_FOREIGN',
      details: `Another hash: ${other.join(', ')}.`,
      hint: `Pin it if the sources changed: npm run circuits:build -- ${id}.`,
    });
  }
}

/**
 * Compiles a circuit and makes its development key in the cache.
 * @throws LedgerError `KEYS_TOOL_MISSING`.
 */
export async function makeKeys(
  id: CircuitId,
  log: (message: string) => void,
): Promise<CircuitEntry> {
  const native = findNativeProver();
  if (native === undefined) {
    throw new LedgerError(
      `The key of ${id} is made by the native prover, and there is none here.`,
      {
        code: 'KEYS_TOOL_MISSING',
        hint: `Build it with "npm run prover:build", or name one in ${PROVER_VARIABLE}.`,
      },
    );
  }
  const started = performance.now();
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  await mkdir(join(CACHE, 'keys'), { recursive: true });
  const hadCurve = Boolean(curve());
  try {
    return await withSources(async (staging) => {
      const { r1cs, wasm } = await compile(staging, id);
      const { nConstraints, nPubInputs, nOutputs } = await r1csTools.info(r1cs);
      log(`${id}: ${nConstraints} constraints, compiled after ${seconds()}`);
      const made = join(staging, 'key');
      await mkdir(made);
      await copyFile(wasm, join(made, 'circuit.wasm'));
      const zkey = join(made, 'circuit.zkey');
      await promisify(execFile)(native.file, ['setup', r1cs, zkey, SEED]);
      const json = `${JSON.stringify(await zKey.exportVerificationKey(zkey), null, 2)}\n`;
      await writeFile(join(made, 'verification_key.json'), json);
      const entry: CircuitEntry = {
        sources: await sourceHash(id),
        constraints: nConstraints,
        power: Math.ceil(Math.log2(nConstraints + nPubInputs + nOutputs + 1)),
        files: (await hashFiles(made)) as CircuitFiles,
      };
      const folder = cachedFolder(id, entry);
      await rm(folder, { recursive: true, force: true });
      // Another process may have made the same meanwhile.
      await rename(made, folder).catch((error: unknown) => {
        if (!existsSync(folder)) throw error;
      });
      log(`${id}: key of 2^${entry.power} after ${seconds()}`);
      return entry;
    });
  } finally {
    if (!hadCurve) await curve()?.terminate();
  }
}

/** snarkjs' curve, whose threads would keep the caller's process from ending. */
const curve = (): { terminate(): Promise<void> } | null | undefined =>
  (globalThis as { curve_bn128?: { terminate(): Promise<void> } | null }).curve_bn128;

/** Writes the hashes of a key that does not ship. */
export async function pinUnshipped(id: CircuitId, entry: CircuitEntry): Promise<void> {
  const circuits = { ...(await readUnshipped()), [id]: entry };
  const text = JSON.stringify({ kind: 'development', circuits }, null, 2);
  await writeFile(UNSHIPPED_MANIFEST, `${text}\n`);
}
