// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '@polkadot/api';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SURI_VARIABLE, upgradeSigner } from './upgrade-signer.ts';

let folder: string;
beforeAll(async () => {
  await cryptoWaitReady();
  folder = await mkdtemp(join(tmpdir(), 'upgrade-signer-'));
});
afterAll(() => rm(folder, { recursive: true }));

const address = (suri: string): string => new Keyring({ type: 'sr25519' }).addFromUri(suri).address;

describe('who signs an upgrade', () => {
  test('is the development key on chains of development, and nobody elsewhere', async () => {
    for (const chainType of ['Development', 'Local']) {
      const signer = await upgradeSigner({ environment: {} }, chainType);
      expect(signer.address).toBe(address('//Alice'));
    }
    await expect(upgradeSigner({ environment: {} }, 'Live')).rejects.toMatchObject({
      code: 'SIGNER_MISSING',
    });
  });

  test('is named by the environment, and before that by a file', async () => {
    const environment = { [SURI_VARIABLE]: '//Bob' };
    expect((await upgradeSigner({ environment }, 'Live')).address).toBe(address('//Bob'));
    const suriFile = join(folder, 'suri');
    await writeFile(suriFile, '//Charlie\n');
    const signer = await upgradeSigner({ environment, suriFile }, 'Development');
    expect(signer.address).toBe(address('//Charlie'));
  });

  test('is not taken from what is no secret, which no error repeats', async () => {
    for (const secret of ['', 'hush', 'hush '.repeat(12), `0x${'c0'.repeat(31)}`]) {
      const environment = { [SURI_VARIABLE]: secret };
      const refused = await upgradeSigner({ environment }, 'Live').catch((error) => error);
      expect(refused.code).toBe('SIGNER_INVALID');
      expect(JSON.stringify(refused)).not.toMatch(/hush|c0c0/);
    }
    const suriFile = join(folder, 'missing');
    await expect(upgradeSigner({ suriFile }, 'Development')).rejects.toMatchObject({
      code: 'SIGNER_MISSING',
    });
  });
});
