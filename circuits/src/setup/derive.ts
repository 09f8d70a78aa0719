// SPDX-License-Identifier: GPL-3.0-only
// Development keys of one circuit: compiled, set up on development powers of tau, closed with a public beacon. The same
// sources give the same bytes.
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CircuitId } from '@training-ledger/protocol/statements';
import { r1cs as r1csTools, zKey } from 'snarkjs';
import { CACHE } from '../cache.ts';
import { type CircuitEntry, type CircuitFiles, type KEY_FILES, readKeyFile } from '../keys.ts';
import { compile } from './compile.ts';
import { BEACON, hashFiles, sha256, sourceHash } from './manifest.ts';
import { DEVELOPMENT_SEED, writeDevelopmentPowers } from './powers-of-tau.ts';

/** The file of development powers of tau for 2^`power` rows, made if need be. */
export async function powersFile(power: number, log: (message: string) => void): Promise<string> {
  const file = join(CACHE, `development-${sha256(DEVELOPMENT_SEED).slice(0, 8)}-${power}.ptau`);
  if (!existsSync(file)) {
    await mkdir(CACHE, { recursive: true });
    log(`powers of tau for 2^${power} constraints (development only)`);
    await writeDevelopmentPowers(`${file}.part`, power, (done, total) => {
      if (done % 65_536 === 0) log(`  ${Math.round((100 * done) / total)} %`);
    });
    await rename(`${file}.part`, file);
  }
  return file;
}

/** Makes a circuit's keys in `target`/`id`. `staging` holds the sources as `stageSources` lays them out. */
export async function deriveKeys(
  staging: string,
  target: string,
  id: CircuitId,
  log: (message: string) => void,
): Promise<CircuitEntry> {
  const started = performance.now();
  const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const { r1cs, wasm } = await compile(staging, id);
  const { nConstraints, nPubInputs, nOutputs } = await r1csTools.info(r1cs);
  // Set-up adds a row for each public input and for the constant.
  const power = Math.ceil(Math.log2(nConstraints + nPubInputs + nOutputs + 1));
  log(`${id}: ${nConstraints} constraints, compiled after ${seconds()}`);
  const powers = await powersFile(power, log);

  const first = join(staging, `${id}-first.zkey`);
  const zkey = join(staging, `${id}.zkey`);
  await zKey.newZKey(r1cs, powers, first);
  await zKey.beacon(first, zkey, BEACON.name, BEACON.value, BEACON.iterations);
  const key = await zKey.exportVerificationKey(zkey);

  const directory = join(target, id);
  await mkdir(directory, { recursive: true });
  await place(directory, 'circuit.wasm', await readFile(wasm));
  await place(directory, 'circuit.zkey', await readFile(zkey));
  const json = `${JSON.stringify(key, null, 2)}\n`;
  await place(directory, 'verification_key.json', new TextEncoder().encode(json));
  log(`${id}: key of 2^${power} after ${seconds()}`);
  return {
    sources: await sourceHash(id),
    constraints: nConstraints,
    power,
    files: (await hashFiles(directory)) as CircuitFiles,
  };
}

/** The witness calculators compress to a third, the points of the keys hardly. */
const COMPRESSED: readonly (typeof KEY_FILES)[number][] = ['circuit.wasm'];

/**
 * Writes a file of a key, which takes its place at once, so that nobody reads half of one. One that holds the same stays
 * as it is: another zlib may compress to other bytes.
 */
async function place(
  directory: string,
  name: (typeof KEY_FILES)[number],
  bytes: Uint8Array,
): Promise<void> {
  const file = join(directory, name);
  const [kept, dropped] = COMPRESSED.includes(name) ? [`${file}.gz`, file] : [file, `${file}.gz`];
  const present = await readKeyFile(file).catch(() => undefined);
  if (!existsSync(kept) || present === undefined || sha256(present) !== sha256(bytes)) {
    await writeFile(`${kept}.part`, kept === file ? bytes : gzipSync(bytes, { level: 9 }));
    await rename(`${kept}.part`, kept);
  }
  await rm(dropped, { force: true });
}
