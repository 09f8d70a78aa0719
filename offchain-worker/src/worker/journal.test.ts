// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hex } from '@training-ledger/runtime-types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal, type RoundEntry } from './journal.ts';

const BASE: Hex = `0x${'ab'.repeat(32)}`;
const SHAPE = { features: 16, classes: 4 };
const ENTRY: RoundEntry = {
  shape: SHAPE,
  weights: Int16Array.from({ length: 68 }, (_, i) => i - 30),
  salt: 123_456_789_012_345_678_901_234_567_890n,
  nonce: `0x${'01'.repeat(32)}`,
};
const code = (value: string) => expect.objectContaining({ code: value });
let folder: string;
let journal: Journal;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'journal-')), 'inside');
  journal = new Journal(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the journal', () => {
  it('remembers the model of a round across processes', async () => {
    expect(await journal.read(BASE, 3)).toBeUndefined();
    await journal.write(BASE, 3, ENTRY);
    expect(await new Journal(folder).read(BASE, 3)).toEqual(ENTRY);
    expect(await journal.read(BASE, 4)).toBeUndefined();
  });

  it('keeps its files to their owner', async () => {
    await journal.write(BASE, 3, ENTRY);
    const [file] = await readdir(folder);
    expect((await stat(join(folder, file as string))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('makes what belongs to a round once, and again only for another key', async () => {
    let made = 0;
    const make = async () => ({ number: ++made });
    expect(await journal.once(BASE, 1, ['block', 'a'], make)).toEqual({ number: 1 });
    expect(await new Journal(folder).once(BASE, 1, ['block', 'a'], make)).toEqual({ number: 1 });
    expect(await journal.once(BASE, 1, ['block', 'b'], make)).toEqual({ number: 2 });
    expect(await journal.once(BASE, 2, ['block', 'b'], make)).toEqual({ number: 3 });
  });

  it('remembers the transaction on its way until it is settled', async () => {
    const pending = {
      name: 'x',
      fields: { key: 'y' },
      bytes: '0x01',
      nonce: 7,
      lastBlock: 99,
    } as const;
    expect(await journal.readPending('alice')).toBeUndefined();
    await journal.writePending('alice', pending);
    expect(await journal.readPending('alice')).toEqual(pending);
    expect(await journal.readPending('bob')).toBeUndefined();
    await journal.writePending('alice', undefined);
    expect(await journal.readPending('alice')).toBeUndefined();
  });

  it('survives a half-written file of a crash', async () => {
    await journal.write(BASE, 3, ENTRY);
    const [file] = await readdir(folder);
    await writeFile(join(folder, `${file}.part`), '{"model":"0x');
    expect(await journal.read(BASE, 3)).toEqual(ENTRY);
    await journal.write(BASE, 3, { ...ENTRY, salt: 1n });
    expect((await journal.read(BASE, 3))?.salt).toBe(1n);
  });

  it('says so if a file was damaged', async () => {
    await journal.write(BASE, 3, ENTRY);
    const [file] = await readdir(folder);
    await writeFile(join(folder, file as string), '{');
    await expect(journal.read(BASE, 3)).rejects.toThrow(code('JOURNAL_MALFORMED'));
  });
});
