// SPDX-License-Identifier: Apache-2.0
// The known answers are the chain's: chain/primitives/tests/vectors.rs writes and checks the same file.
import { readFile } from 'node:fs/promises';
import { encodeAddress } from '@polkadot/util-crypto';
import type { Hex, TrainingOp } from '@training-ledger/runtime-types';
import { readMetadata } from '@training-ledger/runtime-types/files';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldHex, fromHex, hexField, toHex } from '../bytes.ts';
import { FIELD_ORDER } from '../statements/index.ts';
import {
  type BindingContext,
  bindingOf,
  blockHash,
  commitmentHash,
  contentsHash,
  opId,
  requestHash,
  u32,
} from './hashes.ts';
import { LedgerCodec, SS58_PREFIX } from './ledger-codec.ts';

const file = new URL('../../../test/vectors/encodings.json', import.meta.url);
const vectors = JSON.parse(await readFile(file, 'utf8'));
const codec = LedgerCodec.fromMetadata(await readMetadata());

/** The vectors' plain values: their integers above 32 bits are decimals, their accounts bytes. */
function plain(value: unknown): unknown {
  if (typeof value === 'string' && /^\d+$/.test(value)) return BigInt(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === 'owner' || key === 'leader'
        ? encodeAddress(member, SS58_PREFIX)
        : (plain(member) as never),
    ]),
  );
}

describe('the chain and the SDK agree on', () => {
  it.each(vectors.ops as Record<string, never>[])('op %#', (vector) => {
    const op = plain(vector['value']) as TrainingOp;
    expect(toHex(codec.encode('TrainingOp', op))).toBe(vector['encoded']);
    expect(codec.decode('TrainingOp', fromHex(vector['encoded'] as never))).toEqual(op);
    expect(contentsHash(codec, op.contents)).toBe(vector['contentsHash']);
    expect(opId(codec, op)).toBe(vector['id']);
  });

  it('a block', () => {
    const { value, encoded, hash } = vectors.block;
    const block = plain(value) as Parameters<typeof blockHash>[1];
    expect(toHex(codec.encode('TrainingBlock', block))).toBe(encoded);
    expect(codec.decode('TrainingBlock', fromHex(encoded))).toEqual(block);
    expect(blockHash(codec, block)).toBe(hash);
  });

  it.each(vectors.bindings.values as { context: BindingContext; binding: Hex }[])(
    'the binding of $context.type',
    ({ context, binding }) => {
      const { genesis, account } = vectors.bindings;
      expect(fieldHex(bindingOf(genesis, account, context))).toBe(binding);
      expect(fieldHex(bindingOf(genesis, encodeAddress(account), context))).toBe(binding);
    },
  );

  it.each(vectors.requests as { name: 'fork'; argument: Hex; request: Hex }[])(
    'the request $name',
    ({ name, argument, request }) => {
      expect(requestHash(name, fromHex(argument))).toBe(request);
    },
  );

  it("a worker's commitment", () => {
    const { genesis, account, hash, ...commitment } = vectors.commitment;
    expect(commitmentHash(genesis, account, commitment)).toBe(hash);
  });

  it('the proofs of an op', () => {
    const { value, encoded } = vectors.trainingProof;
    expect(toHex(codec.encode('TrainingProof', value))).toBe(encoded);
    expect(codec.decode('TrainingProof', fromHex(encoded))).toEqual(value);
  });
});

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex);
const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const context: fc.Arbitrary<BindingContext> = fc.oneof(
  fc.record({
    type: fc.constant('Op' as const),
    model: bytes32,
    index: number,
    prevHash: bytes32,
    contents: bytes32,
  }),
  fc.record({ type: fc.constant('Contribution' as const), model: bytes32 }),
  fc.record({ type: fc.constant('Request' as const), subject: bytes32, request: bytes32 }),
  fc.record({ type: fc.constant('Round' as const), base: bytes32, round: number }),
  fc.record({ type: fc.constant('Generation' as const), base: bytes32, generation: number }),
  fc.record({
    type: fc.constant('Following' as const),
    model: bytes32,
    index: number,
    previous: bytes32,
    contents: bytes32,
  }),
);

describe('bindings', () => {
  it('are scalars, and differ where anything differs', () => {
    const place = fc.record({ genesis: bytes32, account: bytes32, context });
    const key = (one: unknown) => JSON.stringify(one);
    fc.assert(
      fc.property(place, place, (one, other) => {
        const [a, b] = [one, other].map((p) => bindingOf(p.genesis, p.account, p.context));
        expect((a as bigint) < FIELD_ORDER).toBe(true);
        expect(a === b).toBe(key(one) === key(other));
      }),
    );
  });

  it('keep a round and a generation of the same number apart', () => {
    const [base, account] = [`0x${'01'.repeat(32)}`, `0x${'02'.repeat(32)}`] as const;
    const round = bindingOf(base, account, { type: 'Round', base, round: 1 });
    expect(bindingOf(base, account, { type: 'Generation', base, generation: 1 })).not.toBe(round);
  });
});

describe('ids', () => {
  it('differ where any part of an op differs', () => {
    const op = plain(vectors.ops[0].value) as TrainingOp;
    const other = `0x${'99'.repeat(32)}` as const;
    const changes: Partial<TrainingOp>[] = [
      { base: other },
      { model: other },
      { owner: encodeAddress(other, SS58_PREFIX) },
      { index: op.index + 1 },
      { prevHash: other },
      { sequence: op.sequence + 1n },
      { timestamp: op.timestamp + 1n },
      { contents: { ...op.contents, input: other } },
      { claims: { ...op.claims, delta: op.claims.delta - 1 } },
      { proofs: other },
      { weight: op.weight + 1n },
    ];
    expect(changes.flatMap(Object.keys).sort()).toEqual(Object.keys(op).sort());
    const ids = changes.map((change) => opId(codec, { ...op, ...change }));
    expect(new Set([opId(codec, op), ...ids]).size).toBe(changes.length + 1);
  });

  it('of requests depend on the name', () => {
    const argument = new Uint8Array(32);
    expect(requestHash('fork', argument)).not.toBe(requestHash('history', argument));
  });
});

describe('scalars and integers', () => {
  it('come back from their bytes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: FIELD_ORDER - 1n }), (value) => {
        expect(hexField(fieldHex(value))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(number, (value) => {
        expect(new DataView(u32(value).buffer).getUint32(0, true)).toBe(value);
      }),
    );
  });

  it('that are not canonical are refused', () => {
    expect(() => hexField(toHex(new Uint8Array(32).fill(255)))).toThrow(
      expect.objectContaining({ code: 'FIELD_ENCODING' }),
    );
    expect(() => fieldHex(FIELD_ORDER)).toThrow(expect.objectContaining({ code: 'FIELD_RANGE' }));
  });

  it('that do not fit 32 bits are refused', () => {
    for (const value of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => u32(value)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    }
  });
});

describe('hex', () => {
  it('goes to bytes and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
  });

  it('of another form is refused', () => {
    for (const text of ['', '00', '0x0', '0xzz', '0x00 ', '0x00\n', 'Ox00']) {
      expect(() => fromHex(text)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    }
  });
});
