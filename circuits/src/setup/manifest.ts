// SPDX-License-Identifier: GPL-3.0-only
// What the shipped keys are made of: hashes of sources and of every file.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CircuitId } from '../statements/index.ts';
import { CIRCOM_DIR } from './compile.ts';

/** Files of a circuit. */
export const KEY_FILES = ['circuit.wasm', 'circuit.zkey', 'verification_key.json'] as const;

/** The pinned state of one circuit. */
export interface CircuitEntry {
  readonly constraints: number;
  readonly power: number;
  readonly files: Readonly<Record<(typeof KEY_FILES)[number], string>>;
}

/** keys/manifest.json */
export interface Manifest {
  /** What the keys are good for. */
  readonly kind: 'development';
  /** sha256 over all circom sources and the versions of compiler and library. */
  readonly sources: string;
  readonly circuits: Readonly<Record<CircuitId, CircuitEntry>>;
}

/** sha256 in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hash of everything that determines the keys. */
export async function sourceHash(versions: Readonly<Record<string, string>>): Promise<string> {
  const names = (await readdir(CIRCOM_DIR, { recursive: true })).filter((name) => name.endsWith('.circom'));
  const hash = createHash('sha256').update(JSON.stringify(versions));
  for (const name of names.sort()) {
    hash.update(`${name}\0`).update(await readFile(new URL(name, CIRCOM_DIR))).update('\0');
  }
  return hash.digest('hex');
}

/** Hashes of a circuit's files. */
export async function hashFiles(directory: string): Promise<CircuitEntry['files']> {
  const entries = await Promise.all(
    KEY_FILES.map(async (name) => [name, sha256(await readFile(join(directory, name)))] as const),
  );
  return Object.fromEntries(entries) as CircuitEntry['files'];
}
