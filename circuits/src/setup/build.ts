// SPDX-License-Identifier: GPL-3.0-only
// Compiles the circuits and derives their development keys; with --check, checks the shipped ones instead.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { r1cs as r1csTools, zKey } from 'snarkjs';
import { CIRCUITS, type CircuitId } from '../statements/index.ts';
import { compile, stageSources } from './compile.ts';
import { type CircuitEntry, hashFiles, type Manifest, sourceHash } from './manifest.ts';
import { writeDevelopmentPowers } from './powers-of-tau.ts';

const KEYS_DIR = fileURLToPath(new URL('../../keys/', import.meta.url));
const MANIFEST = join(KEYS_DIR, 'manifest.json');
const CACHE = join(homedir(), '.cache', 'training-ledger', 'circuits');
/** The last contribution is a public beacon, so that the keys can be derived again. */
const BEACON = '00'.repeat(31) + '01';
const BEACON_ITERATIONS = 10;

const log = (message: string): void => console.error(message);

async function versions(): Promise<Record<string, string>> {
  const require = createRequire(import.meta.url);
  const version = async (name: string): Promise<string> =>
    JSON.parse(await readFile(require.resolve(`${name}/package.json`), 'utf8')).version;
  return {
    circom2: await version('circom2'),
    circomlib: await version('circomlib'),
  };
}

async function readManifest(): Promise<Manifest | undefined> {
  return existsSync(MANIFEST) ? JSON.parse(await readFile(MANIFEST, 'utf8')) : undefined;
}

async function powersFile(power: number): Promise<string> {
  const file = join(CACHE, `development-${power}.ptau`);
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

async function buildCircuit(staging: string, id: CircuitId): Promise<CircuitEntry> {
  log(`${id}: compiling`);
  const { r1cs, wasm } = await compile(staging, id);
  const info = await r1csTools.info(r1cs);
  const rows = info.nConstraints + info.nPubInputs + info.nOutputs + 1;
  const power = Math.ceil(Math.log2(rows));
  const powers = await powersFile(power);
  log(`${id}: ${info.nConstraints} constraints, key of 2^${power}`);
  const directory = join(KEYS_DIR, id);
  await mkdir(directory, { recursive: true });
  const first = join(staging, `${id}.0.zkey`);
  const zkey = join(directory, 'circuit.zkey');
  await zKey.newZKey(r1cs, powers, first);
  await zKey.beacon(first, zkey, 'development', BEACON, BEACON_ITERATIONS);
  const key = await zKey.exportVerificationKey(zkey);
  await writeFile(join(directory, 'verification_key.json'), `${JSON.stringify(key, null, 2)}\n`);
  await copyFile(wasm, join(directory, 'circuit.wasm'));
  await rm(first);
  return { constraints: info.nConstraints, power, files: await hashFiles(directory) };
}

async function build(only: readonly string[]): Promise<void> {
  const sources = await sourceHash(await versions());
  const old = await readManifest();
  const staging = await mkdtemp(join(tmpdir(), 'training-ledger-circuits-'));
  try {
    await stageSources(staging);
    const circuits: Partial<Record<CircuitId, CircuitEntry>> = { ...old?.circuits };
    for (const id of CIRCUITS) {
      const wanted = only.length > 0 ? only.includes(id) : old?.sources !== sources;
      if (!wanted && circuits[id] !== undefined) continue;
      const started = Date.now();
      circuits[id] = await buildCircuit(staging, id);
      log(`${id}: done in ${Math.round((Date.now() - started) / 1000)} s`);
      const manifest = { kind: 'development', sources, circuits } as Manifest;
      await writeFile(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
    }
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function check(): Promise<void> {
  const manifest = await readManifest();
  if (manifest === undefined) throw new Error('circuits/keys/manifest.json is missing');
  if (manifest.sources !== (await sourceHash(await versions()))) {
    throw new Error('The circuits changed since their keys were made: run npm run circuits:build.');
  }
  for (const id of CIRCUITS) {
    const directory = join(KEYS_DIR, id);
    const actual = await hashFiles(directory);
    const size = (await stat(join(directory, 'circuit.zkey'))).size;
    if (JSON.stringify(actual) !== JSON.stringify(manifest.circuits[id]?.files)) {
      throw new Error(`The keys of ${id} are not those of the manifest.`);
    }
    console.log(`${id.padEnd(20)} ${(size / 1e6).toFixed(1).padStart(6)} MB  as pinned`);
  }
}

const args = process.argv.slice(2);
try {
  if (args.includes('--check')) await check();
  else await build(args);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
