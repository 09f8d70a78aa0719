// SPDX-License-Identifier: GPL-3.0-only
// Proving and verifying keys on disk: one folder a circuit, and a manifest that pins every file by hash. Those that ship
// with the package are development keys, for which anyone can forge proofs: see README. Those of large circuits do not ship:
// their hashes do, and `ensureKeys` makes them in the cache.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
// Not from the index: the process behind a prover loads this file, and needs nothing else of the statements.
import { encodeVerifyingKey } from '@training-ledger/protocol/groth16-encoding';
import type { CircuitId } from '@training-ledger/protocol/statements';
import { CACHE } from './cache.ts';

/** Files of a circuit. Each lies in its folder as it is, or compressed with `.gz` behind its name. */
export const KEY_FILES = ['circuit.wasm', 'circuit.zkey', 'verification_key.json'] as const;

/** sha256 of a circuit's files, in hex; of compressed ones what they hold. */
export type CircuitFiles = Readonly<Record<(typeof KEY_FILES)[number], string>>;

/** The pinned state of one circuit. */
export interface CircuitEntry {
  /** Hash of the circuit's sources, tools and set-up. */
  readonly sources: string;
  /** Rows of the constraint system, and the power of two that holds them. */
  readonly constraints: number;
  readonly power: number;
  readonly files: CircuitFiles;
}

/** keys/manifest.json */
export interface KeysManifest {
  /** `development`: anyone can forge proofs. `ceremony`: nobody can if one contributor was honest. */
  readonly kind: 'development' | 'ceremony';
  readonly circuits: Readonly<Record<CircuitId, CircuitEntry>>;
}

/** What a prover reads, with the hashes that it must have. */
export interface ProvingFiles {
  readonly wasm: string;
  readonly zkey: string;
  readonly pinned: { readonly wasm: string; readonly zkey: string };
}

/** A folder of keys. */
export interface Keys {
  readonly directory: string;
  /** What the keys are good for, and the hashes of all files. */
  manifest(): Promise<KeysManifest>;
  /** The witness calculator and the proving key of a circuit. */
  proving(circuit: CircuitId): Promise<ProvingFiles>;
  /** The verifying key of a circuit as it is registered on chain: arkworks' compressed form. */
  verifying(circuit: CircuitId): Promise<Uint8Array>;
}

/** Opens a folder of keys laid out as the shipped one, such as those of a ceremony. */
export function openKeys(directory: string): Keys {
  return keysOf(directory, join(directory, 'manifest.json'), (circuit) => join(directory, circuit));
}

/** Keys of which a manifest holds the hashes, each circuit's files in a folder of its own. */
function keysOf(
  directory: string,
  manifestFile: string,
  folder: (circuit: CircuitId, entry: CircuitEntry) => string,
): Keys {
  let manifest: Promise<KeysManifest> | undefined;
  const verifyingKeys = new Map<CircuitId, Promise<Uint8Array>>();
  const readManifest = (): Promise<KeysManifest> =>
    (manifest ??= readJson(manifestFile) as Promise<KeysManifest>);
  const find = async (circuit: CircuitId): Promise<{ entry: CircuitEntry; at: string }> => {
    const entry = (await readManifest()).circuits[circuit];
    if (entry === undefined) throw new Error(`There is no key of ${circuit} in ${directory}.`);
    return { entry, at: folder(circuit, entry) };
  };
  return {
    directory,
    manifest: readManifest,
    proving: async (circuit) => {
      const { entry, at } = await find(circuit);
      return {
        wasm: join(at, 'circuit.wasm'),
        zkey: join(at, 'circuit.zkey'),
        pinned: { wasm: entry.files['circuit.wasm'], zkey: entry.files['circuit.zkey'] },
      };
    },
    verifying: (circuit) => {
      let key = verifyingKeys.get(circuit);
      if (key === undefined) {
        key = find(circuit)
          .then(({ at }) => readJson(join(at, 'verification_key.json')))
          .then((json) => encodeVerifyingKey(json as Parameters<typeof encodeVerifyingKey>[0]));
        verifyingKeys.set(circuit, key);
        // The next one may find what is missing now.
        key.catch(() => verifyingKeys.delete(circuit));
      }
      return key;
    },
  };
}

/** Largest file of a key that is read: about four times those of the largest circuit. */
const MAX_KEY_FILE = 2 ** 27;

/**
 * Reads a file of a key: `file` itself or, if there is none, what `file`.gz holds.
 * @throws Error of the file system or of the decompression.
 */
export async function readKeyFile(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return promisify(gunzip)(await readFile(`${file}.gz`), { maxOutputLength: MAX_KEY_FILE });
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}

const SHIPPED = fileURLToPath(new URL('../keys', import.meta.url));
const shippedKeys = openKeys(SHIPPED);

/** Pinned hashes of the keys that do not ship. */
export const UNSHIPPED_MANIFEST = join(SHIPPED, 'unshipped.json');

/** Where the files of a key that does not ship lie: by what the key is. */
export function cachedFolder(circuit: CircuitId, { files }: CircuitEntry): string {
  return join(CACHE, 'keys', `${circuit}-${files['circuit.zkey'].slice(0, 16)}`);
}

/** Development keys of the circuits whose keys do not ship; `ensureKeys` makes their files. */
export const unshippedKeys: Keys = keysOf(join(CACHE, 'keys'), UNSHIPPED_MANIFEST, cachedFolder);

/** The development keys: those that ship with the package and, where they were made, those that do not. */
export const developmentKeys: Keys = {
  ...shippedKeys,
  proving: async (circuit) => (await holding(circuit)).proving(circuit),
  verifying: async (circuit) => (await holding(circuit)).verifying(circuit),
};

async function holding(circuit: CircuitId): Promise<Keys> {
  const shipped = circuit in (await shippedKeys.manifest()).circuits;
  return shipped ? shippedKeys : unshippedKeys;
}

/** What the shipped keys are: development keys, with the hashes of their files. */
export function keysInfo(): Promise<KeysManifest> {
  return shippedKeys.manifest();
}

/**
 * The pinned state of a circuit's development key, whether it ships or not.
 * @throws Error for a circuit that there is no key of.
 */
export async function keysOfCircuit(circuit: CircuitId): Promise<CircuitEntry> {
  const entry = (await (await holding(circuit)).manifest()).circuits[circuit];
  if (entry === undefined) throw new Error(`There is no key of ${circuit}.`);
  return entry;
}

/** The development verifying key of a circuit as it is registered on chain: arkworks' compressed form. */
export function verifyingKeyBytes(circuit: CircuitId): Promise<Uint8Array> {
  return developmentKeys.verifying(circuit);
}
