// SPDX-License-Identifier: Apache-2.0
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateSeeds, readKeystore, writeKeystore } from './keystore.ts';

const PASSPHRASE = 'correct horse battery';
const code = (value: string) => expect.objectContaining({ code: value });
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keystore-'));
  path = join(folder, 'keystore.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a keystore', () => {
  it('gives back its seeds, and shows none of them', async () => {
    const seeds = generateSeeds();
    await writeKeystore(path, seeds, PASSPHRASE);
    expect(await readKeystore(path, PASSPHRASE)).toEqual(seeds);
    const text = await readFile(path, 'utf8');
    for (const seed of Object.values(seeds))
      expect(text).not.toContain(Buffer.from(seed).toString('hex'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('opens as earlier releases wrote it', async () => {
    const written = {
      format: 'training-ledger/keystore/v1',
      salt: '000102030405060708090a0b0c0d0e0f',
      nonce: '6465666768696a6b6c6d6e6f707172737475767778797a7b',
      sealed:
        '520069bd1b9a7e11519740ba16290fe2847fc9aced401d6e780e009c1ceb7be2' +
        '3d88c7dcd9f8b4710b1cace73811d0d68c469d10421be85fa2e0a570a51e7e1d' +
        'a21b7f8a783127bff7c6a25bc4798318',
    };
    await writeFile(path, JSON.stringify(written), { mode: 0o600 });
    expect(await readKeystore(path, 'pässwörd of ours')).toEqual({
      account: new Uint8Array(32).fill(1),
      sealing: new Uint8Array(32).fill(2),
    });
  });

  it('does not open by another passphrase', async () => {
    await writeKeystore(path, generateSeeds(), PASSPHRASE);
    await expect(readKeystore(path, `${PASSPHRASE}!`)).rejects.toThrow(code('KEYSTORE_PASSPHRASE'));
  });

  it('takes no short passphrase', async () => {
    await expect(writeKeystore(path, generateSeeds(), 'short')).rejects.toThrow(
      code('KEYSTORE_PASSPHRASE'),
    );
  });

  it('is not read while others may read it', async () => {
    await writeKeystore(path, generateSeeds(), PASSPHRASE);
    for (const mode of [0o644, 0o640, 0o604]) {
      await chmod(path, mode);
      await expect(readKeystore(path, PASSPHRASE)).rejects.toThrow(code('KEYSTORE_EXPOSED'));
    }
  });

  it('never replaces another one', async () => {
    const seeds = generateSeeds();
    await writeKeystore(path, seeds, PASSPHRASE);
    await expect(writeKeystore(path, generateSeeds(), PASSPHRASE)).rejects.toThrow(
      code('KEYSTORE_EXISTS'),
    );
    expect(await readKeystore(path, PASSPHRASE)).toEqual(seeds);
  });

  it('is refused if any part of it was changed', async () => {
    await writeKeystore(path, generateSeeds(), PASSPHRASE);
    const stored = JSON.parse(await readFile(path, 'utf8'));
    const flip = (hex: string): string => (hex[0] === '0' ? '1' : '0') + hex.slice(1);
    for (const part of ['salt', 'nonce', 'sealed']) {
      await writeFile(path, JSON.stringify({ ...stored, [part]: flip(stored[part]) }));
      await expect(readKeystore(path, PASSPHRASE)).rejects.toThrow(code('KEYSTORE_PASSPHRASE'));
    }
  });

  it.each(['', '{}', 'null', '{"format":"other"}', 'x'.repeat(5_000)])(
    'is refused if the file is something else',
    async (text) => {
      await writeFile(path, text, { mode: 0o600 });
      await expect(readKeystore(path, PASSPHRASE)).rejects.toThrow(code('KEYSTORE_MALFORMED'));
    },
  );
});
