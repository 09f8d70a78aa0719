// SPDX-License-Identifier: Apache-2.0
import { userId } from '@training-ledger/protocol/statements';
import { fieldHex } from '@training-ledger/sdk';
import { expect, it } from 'vitest';
import { developmentAccount, developmentIdentity } from './accounts.ts';

it('a development user is the same everywhere and always', () => {
  const account = developmentAccount(0);
  expect(account.address).toBe('5G7NS7SQLZapARfa8Y41uCUvUXwQyoVPVAVtgeduB4DYc6BC');
  expect(fieldHex(userId(developmentIdentity(0).secret))).toBe(
    '0x5266c0d145c236ee2d08c28f9362f9e3dd63e376c1b949c419e3eee107be181e',
  );
  expect(account.uri).toMatch(/^(\w+ ){11}\w+\/\/user\/0$/);
});

it('has an identity with all three secrets, and nobody else has one of them', () => {
  const identities = [0, 1, 2].map(developmentIdentity);
  const secrets = identities.flatMap(({ account, secret, kem }) => [
    account.address,
    String(secret),
    Buffer.from(kem.secretKey).toString('hex'),
  ]);
  expect(new Set(secrets).size).toBe(9);
  expect(identities.map(({ account }) => account.address)).toEqual(
    [0, 1, 2].map((i) => developmentAccount(i).address),
  );
});

it.each([-1, 0.5, Number.NaN])('there is no user %s', (index) => {
  expect(() => developmentAccount(index)).toThrow(RangeError);
});
