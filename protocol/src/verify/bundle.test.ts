// SPDX-License-Identifier: Apache-2.0
// The format and what is checked before any proof. Bundles with proofs: test/sdk/bundle.test.ts.

import type { Hex } from '@training-ledger/runtime-types';
import { readMetadata } from '@training-ledger/runtime-types/files';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldHex, toHex, utf8ToBytes } from '../bytes.ts';
import { LedgerCodec } from '../codec/ledger-codec.ts';
import { writeModelFile } from '../files/model-file.ts';
import { commitState } from '../statements/index.ts';
import {
  BUNDLE_FORMAT,
  type ExportBundle,
  readBundle,
  verifyBundle,
  writeBundle,
} from './bundle.ts';

const codec = LedgerCodec.fromMetadata(await readMetadata());
const hash = (byte: number): Hex => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const failing = (code: string) => expect.objectContaining({ code });
const SHAPE = { features: 16, classes: 4 };
const WEIGHTS = Int16Array.from({ length: 68 }, (_, i) => 31 * i - 1000);
const trust = {
  verifyingKey: () => Promise.reject(new Error('No key is needed without ops.')),
};

/** The export of a model that was forked and not yet trained. */
const bundle: ExportBundle = {
  format: BUNDLE_FORMAT,
  genesis: hash(1),
  model: hash(2),
  owner: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
  userId: hash(3),
  base: hash(4),
  weights: toHex(writeModelFile(SHAPE, WEIGHTS)),
  salt: fieldHex(5n),
  versions: [
    {
      state: { content: hash(6), commitment: fieldHex(commitState(WEIGHTS, 5n)) },
      source: { type: 'Fork' },
    },
  ],
  ops: [],
};

describe('the file of a bundle', () => {
  it('gives the bundle back, integers of 64 bits too', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (number) => {
        const odd = { ...bundle, ops: [{ number, text: `${number}` }] } as never;
        expect(readBundle(writeBundle(odd))).toEqual(odd);
      }),
    );
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['no JSON', utf8ToBytes('{')],
    ['no UTF-8', Uint8Array.of(0xff)],
    ['null', utf8ToBytes('null')],
    ['another format', writeBundle({ ...bundle, format: 'x' as never })],
    ['no ops', writeBundle({ ...bundle, ops: {} as never })],
    ['no versions', writeBundle({ ...bundle, versions: undefined as never })],
  ])('is refused when it is %s', (_, bytes) => {
    expect(() => readBundle(bytes)).toThrow(failing('EXPORT_MALFORMED'));
  });

  it('makes no reader parse a long integer', () => {
    const digits = `${'9'.repeat(100_000)}n`;
    expect(readBundle(writeBundle({ ...bundle, base: digits as never })).base).toBe(digits);
  });
});

describe('a bundle without ops', () => {
  it('verifies', async () => {
    expect(await verifyBundle(codec, bundle, { ...trust, genesis: hash(1) })).toEqual({
      ops: 0,
      sealedOps: 0,
      proofs: 0,
      head: hash(0),
      weights: WEIGHTS,
    });
  });

  const version = bundle.versions[0] as ExportBundle['versions'][number];
  it.each<[string, string, Partial<ExportBundle>]>([
    [
      'EXPORT_INVALID',
      'other weights',
      { weights: toHex(writeModelFile(SHAPE, WEIGHTS.toReversed())) },
    ],
    ['EXPORT_INVALID', 'another salt', { salt: fieldHex(6n) }],
    ['EXPORT_INVALID', 'no version', { versions: [] }],
    [
      'EXPORT_INVALID',
      'a version by an op that is not there',
      { versions: [version, { ...version, source: { type: 'Op', value: hash(9) } }] },
    ],
    ['EXPORT_MALFORMED', 'weights that are no model file', { weights: '0x00' }],
    ['EXPORT_MALFORMED', 'weights that are no hex', { weights: 'weights' as Hex }],
    ['EXPORT_MALFORMED', 'a salt that is no scalar', { salt: hash(255) }],
    ['EXPORT_MALFORMED', 'a version that is nothing', { versions: [null as never, version] }],
  ])('is refused as %s with %s', async (code, _, change) => {
    await expect(verifyBundle(codec, { ...bundle, ...change }, trust)).rejects.toThrow(
      failing(code),
    );
  });

  it('is refused from another chain than the one that was asked for', async () => {
    await expect(verifyBundle(codec, bundle, { ...trust, genesis: hash(9) })).rejects.toThrow(
      failing('EXPORT_INVALID'),
    );
  });
});
