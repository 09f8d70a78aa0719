// SPDX-License-Identifier: GPL-3.0-only
// A multi-party ceremony in a folder that its participants pass on: each adds randomness to the key of every circuit and
// forgets it. If one of them does, nobody can forge. Every contribution is proven in the keys themselves, which
// `verifyCeremony` checks from the sources on (Bowe, Gabizon, Miers 2017, https://eprint.iacr.org/2017/1050).
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CIRCUITS, type CircuitId } from '@training-ledger/protocol/statements';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { powersOfTau, zKey } from 'snarkjs';
import { compile, withSources } from './compile.ts';
import { BEACON, sha256, sourceHash } from './manifest.ts';
import { pinCeremony } from './pin.ts';

/** Who added randomness, and the hash by which each circuit's key knows it. */
export interface Contribution {
  readonly name: string;
  /** In hex, by circuit. */
  readonly hashes: Readonly<Partial<Record<CircuitId, string>>>;
}

/** ceremony.json */
export interface Ceremony {
  /** sha256 of powers.ptau. */
  readonly powers: string;
  /** Hash of what determines each circuit's constraints. */
  readonly circuits: Readonly<Partial<Record<CircuitId, string>>>;
  readonly contributions: readonly Contribution[];
  /** Public randomness that ended it. */
  readonly beacon?: string;
}

/** What is told while it goes on. */
export type Log = (message: string) => void;

const MAX_NAME = 64;
const ITERATIONS = 10;
const POWERS = 'powers.ptau';
const STATE = 'ceremony.json';

/**
 * Begins a ceremony in a new folder, on the powers of tau of an earlier one.
 * @throws LedgerError `CEREMONY_EXISTS`, `CIRCUIT_UNKNOWN` or `POWERS_INVALID`.
 */
export async function startCeremony(
  folder: string,
  { powers, circuits, log }: { powers: string; circuits: readonly string[]; log: Log },
): Promise<void> {
  if (existsSync(join(folder, STATE))) {
    throw new LedgerError('There is a ceremony in this folder.', { code: 'CEREMONY_EXISTS' });
  }
  const ids = circuits.map(knownCircuit);
  log('the powers of tau are verified');
  if (!(await verifyPowers(powers))) {
    throw new LedgerError('The powers of tau are not those of a sound ceremony.', {
      code: 'POWERS_INVALID',
      hint: 'Take a prepared .ptau file of a public ceremony.',
    });
  }
  await mkdir(folder, { recursive: true });
  await copyFile(powers, join(folder, POWERS));
  const sources: Partial<Record<CircuitId, string>> = {};
  await withSources(async (staging) => {
    for (const id of ids) {
      log(`${id}: compiled and set up`);
      const { r1cs, wasm } = await compile(staging, id);
      await mkdir(join(folder, id), { recursive: true });
      await copyFile(wasm, join(folder, id, 'circuit.wasm'));
      await zKey.newZKey(r1cs, powers, keyFile(folder, id));
      sources[id] = await sourceHash(id);
    }
  });
  const state: Ceremony = {
    powers: sha256(await readFile(powers)),
    circuits: sources,
    contributions: [],
  };
  await writeState(folder, state);
}

/**
 * Adds a participant's randomness to every key. It comes from the system, is used once and kept nowhere.
 * @returns The contribution; its hashes are for the participant to publish.
 * @throws LedgerError `CEREMONY_MISSING`, `CEREMONY_ENDED` or `NAME_INVALID`.
 */
export async function contribute(folder: string, name: string, log: Log): Promise<Contribution> {
  const state = await openCeremony(folder);
  if (state.beacon !== undefined) {
    throw new LedgerError('The ceremony has ended.', { code: 'CEREMONY_ENDED' });
  }
  if (name.length === 0 || name.length > MAX_NAME || /\p{C}/u.test(name)) {
    throw new LedgerError(`A name has 1 to ${MAX_NAME} printable characters.`, {
      code: 'NAME_INVALID',
    });
  }
  const hashes: Partial<Record<CircuitId, string>> = {};
  const next: string[] = [];
  for (const id of idsOf(state)) {
    log(`${id}: randomness is added`);
    const file = keyFile(folder, id);
    const entropy = randomBytes(64).toString('hex');
    const hash = await zKey.contribute(file, `${file}.next`, name, entropy);
    hashes[id] = Buffer.from(hash as unknown as Uint8Array).toString('hex');
    next.push(file);
  }
  // All keys or, if it is interrupted before this, none.
  for (const file of next) await rename(`${file}.next`, file);
  const contribution = { name, hashes };
  await writeState(folder, { ...state, contributions: [...state.contributions, contribution] });
  return contribution;
}

/**
 * Ends a ceremony with public randomness that nobody knew while it went on, and pins its keys for `openKeys`.
 * @throws LedgerError `CEREMONY_MISSING`, `CEREMONY_ENDED`, `CEREMONY_EMPTY` or `BEACON_INVALID`.
 */
export async function endCeremony(folder: string, beacon: string, log: Log): Promise<void> {
  const state = await openCeremony(folder);
  if (state.beacon !== undefined) {
    throw new LedgerError('The ceremony has ended.', { code: 'CEREMONY_ENDED' });
  }
  if (state.contributions.length === 0) {
    throw new LedgerError('Nobody has contributed.', { code: 'CEREMONY_EMPTY' });
  }
  if (!/^([0-9a-f]{2}){32,64}$/.test(beacon) || beacon === BEACON.value) {
    throw new LedgerError('The beacon is 32 to 64 bytes in hex.', { code: 'BEACON_INVALID' });
  }
  for (const id of idsOf(state)) {
    log(`${id}: the beacon is added`);
    const file = keyFile(folder, id);
    await zKey.beacon(file, `${file}.next`, 'beacon', beacon, ITERATIONS);
    await rename(`${file}.next`, file);
    const key = await zKey.exportVerificationKey(file);
    await writeFile(join(folder, id, 'verification_key.json'), `${JSON.stringify(key, null, 2)}\n`);
  }
  await writeState(folder, { ...state, beacon });
  await pinCeremony(folder);
}

/**
 * Checks a ceremony from the sources on: constraints compiled anew, powers of tau, every contribution's proof.
 * @returns Whether all of it is sound.
 * @throws LedgerError `CEREMONY_MISSING`.
 */
export async function verifyCeremony(folder: string, log: Log): Promise<boolean> {
  const state = await openCeremony(folder);
  const powers = join(folder, POWERS);
  let sound = sha256(await readFile(powers)) === state.powers && (await verifyPowers(powers));
  log(`powers of tau: ${sound ? 'sound' : 'NOT SOUND'}`);
  await withSources(async (staging) => {
    for (const id of idsOf(state)) {
      const { r1cs } = await compile(staging, id);
      const isSound = await zKey
        .verifyFromR1cs(r1cs, powers, keyFile(folder, id))
        .catch(() => false);
      log(`${id}: ${isSound ? 'sound' : 'NOT SOUND'}`);
      sound &&= isSound && state.circuits[id] === (await sourceHash(id));
    }
  });
  for (const { name } of state.contributions) log(`contribution of ${name}`);
  return sound;
}

/** The types of snarkjs have other arguments than its code. */
const verifyPowers = (file: string): Promise<boolean> =>
  (powersOfTau.verify as unknown as (file: string) => Promise<boolean>)(file).catch(() => false);

async function openCeremony(folder: string): Promise<Ceremony> {
  try {
    return JSON.parse(await readFile(join(folder, STATE), 'utf8'));
  } catch (cause) {
    throw new LedgerError('There is no ceremony in this folder.', {
      code: 'CEREMONY_MISSING',
      details: folder,
      cause,
    });
  }
}

async function writeState(folder: string, state: Ceremony): Promise<void> {
  const file = join(folder, STATE);
  await writeFile(`${file}.part`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${file}.part`, file);
}

function knownCircuit(id: string): CircuitId {
  const known = CIRCUITS.find((each) => each === id);
  if (known === undefined) {
    throw new LedgerError(`There is no circuit ${id}.`, {
      code: 'CIRCUIT_UNKNOWN',
      details: `There are: ${CIRCUITS.join(', ')}.`,
    });
  }
  return known;
}

const idsOf = ({ circuits }: Ceremony): CircuitId[] => Object.keys(circuits).map(knownCircuit);
const keyFile = (folder: string, id: CircuitId): string => join(folder, id, 'circuit.zkey');
