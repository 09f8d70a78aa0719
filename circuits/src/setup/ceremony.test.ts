// SPDX-License-Identifier: GPL-3.0-only
// What a ceremony refuses. That it works is tested as documented: test/docs/ceremony.test.ts.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contribute, endCeremony, startCeremony, verifyCeremony } from './ceremony.ts';
import { BEACON } from './manifest.ts';

const code = (value: string) => expect.objectContaining({ name: 'LedgerError', code: value });
const log = (): void => {};
const beacon = 'ab'.repeat(32);
const open = { powers: '00', circuits: {}, contributions: [{ name: 'one', hashes: {} }] };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ceremony-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (state: object): Promise<void> =>
  writeFile(join(folder, 'ceremony.json'), JSON.stringify(state));
const start = (circuits: string[], powers = join(folder, 'powers.ptau')): Promise<void> =>
  startCeremony(folder, { powers, circuits, log });

describe('a ceremony', () => {
  it('begins once in a folder', async () => {
    await write(open);
    await expect(start(['ownership'])).rejects.toEqual(code('CEREMONY_EXISTS'));
    expect(JSON.parse(await readFile(join(folder, 'ceremony.json'), 'utf8'))).toEqual(open);
  });

  it('is of circuits that there are', async () => {
    await expect(start(['ownerships'])).rejects.toEqual(code('CIRCUIT_UNKNOWN'));
  });

  it('begins on sound powers of tau', async () => {
    await expect(start(['ownership'])).rejects.toEqual(code('POWERS_INVALID'));
    await writeFile(join(folder, 'powers.ptau'), 'no powers');
    await expect(start(['ownership'])).rejects.toEqual(code('POWERS_INVALID'));
  });

  it('has to be there', async () => {
    await expect(contribute(folder, 'one', log)).rejects.toEqual(code('CEREMONY_MISSING'));
    await expect(endCeremony(folder, beacon, log)).rejects.toEqual(code('CEREMONY_MISSING'));
    await expect(verifyCeremony(folder, log)).rejects.toEqual(code('CEREMONY_MISSING'));
  });

  it('takes nothing after its end', async () => {
    await write({ ...open, beacon });
    await expect(contribute(folder, 'two', log)).rejects.toEqual(code('CEREMONY_ENDED'));
    await expect(endCeremony(folder, beacon, log)).rejects.toEqual(code('CEREMONY_ENDED'));
  });

  it('does not end before somebody contributed', async () => {
    await write({ ...open, contributions: [] });
    await expect(endCeremony(folder, beacon, log)).rejects.toEqual(code('CEREMONY_EMPTY'));
  });

  it.each(['', 'x'.repeat(65), 'two\nlines'])('has no contribution of %j', async (name) => {
    await write(open);
    await expect(contribute(folder, name, log)).rejects.toEqual(code('NAME_INVALID'));
  });

  it.each(['', 'ab', 'xy'.repeat(32), BEACON.value])('does not end with %j', async (value) => {
    await write(open);
    await expect(endCeremony(folder, value, log)).rejects.toEqual(code('BEACON_INVALID'));
  });
});
