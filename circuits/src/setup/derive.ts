// SPDX-License-Identifier: GPL-3.0-only
// Development keys of one circuit: compiled, set up on development powers of tau, closed with a public beacon. The same
// sources give the same bytes.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { r1cs as r1csTools, zKey } from 'snarkjs';
import { type CircuitEntry, KEY_FILES } from '../keys.ts';
import type { CircuitId } from '../statements/index.ts';
import { compile } from './compile.ts';
import { BEACON, hashFiles, sha256, sourceHash } from './manifest.ts';
import { DEVELOPMENT_SEED, writeDevelopmentPowers } from './powers-of-tau.ts';

/** Where powers of tau are kept between builds. */
export const CACHE = join(homedir(), '.cache', 'training-ledger', 'circuits');

async function powersFile(power: number, log: (message: string) => void): Promise<string> {
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

/**
 * Makes a circuit's keys in `target`/`id`. `staging` holds the sources as `stageSources` lays them out. Files take their
 * place at once, so that nobody reads half of one.
 */
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

  const made = join(staging, 'keys', id);
  await mkdir(made, { recursive: true });
  const first = join(staging, `${id}.zkey`);
  const zkey = join(made, 'circuit.zkey');
  await zKey.newZKey(r1cs, powers, first);
  await zKey.beacon(first, zkey, BEACON.name, BEACON.value, BEACON.iterations);
  const key = await zKey.exportVerificationKey(zkey);
  await writeFile(join(made, 'verification_key.json'), `${JSON.stringify(key, null, 2)}\n`);
  await copyFile(wasm, join(made, 'circuit.wasm'));

  const directory = join(target, id);
  await mkdir(directory, { recursive: true });
  for (const name of KEY_FILES) {
    await copyFile(join(made, name), join(directory, `${name}.part`));
    await rename(join(directory, `${name}.part`), join(directory, name));
  }
  log(`${id}: key of 2^${power} after ${seconds()}`);
  return {
    sources: await sourceHash(id),
    constraints: nConstraints,
    power,
    files: await hashFiles(directory),
  };
}
