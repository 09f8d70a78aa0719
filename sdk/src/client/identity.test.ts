// SPDX-License-Identifier: Apache-2.0

import { fieldHex, kemKeyPair, toHex } from '@training-ledger/protocol';
import { expect, it } from 'vitest';
import { openIdentity } from './identity.ts';

const SECRETS = {
  uri: '//of-a-test',
  secret: fieldHex(7n),
  kemSeed: toHex(new Uint8Array(64).fill(9)),
};
const code = (value: string) => expect.objectContaining({ code: value });

it('an identity is what its secrets make, every time', () => {
  const identity = openIdentity(SECRETS);
  expect(identity.account.address).toBe(openIdentity(SECRETS).account.address);
  expect(identity.secret).toBe(7n);
  expect(identity.kem).toEqual(kemKeyPair(new Uint8Array(64).fill(9)));
  const others = ['//of-another-test', '//of-a-test/0'].map((uri) =>
    openIdentity({ ...SECRETS, uri }),
  );
  expect(others.map(({ account }) => account.address)).not.toContain(identity.account.address);
});

it.each([
  [{ uri: 'abandon '.repeat(12).trim() }, 'ARGUMENT_INVALID'],
  [{ uri: '' }, 'ARGUMENT_INVALID'],
  [{ secret: 'hello' }, 'ARGUMENT_INVALID'],
  [{ secret: '0x07' }, 'FIELD_ENCODING'],
  [{ secret: `0x${'ff'.repeat(32)}` }, 'FIELD_ENCODING'],
  [{ kemSeed: '0x0909' }, 'KEY_LENGTH'],
])('%j makes none, and is not quoted', (changed, expected) => {
  const open = () => openIdentity({ ...SECRETS, ...changed } as typeof SECRETS);
  expect(open).toThrow(code(expected));
  try {
    open();
  } catch (error) {
    const [quoted] = Object.values(changed);
    if (quoted !== '') expect(JSON.stringify(error)).not.toContain(quoted);
  }
});
