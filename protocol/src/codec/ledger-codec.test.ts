// SPDX-License-Identifier: Apache-2.0
import { Metadata, type PortableRegistry, TypeRegistry } from '@polkadot/types';
import type { Si1Field } from '@polkadot/types/interfaces';
import { stringCamelCase } from '@polkadot/util';
import { encodeAddress } from '@polkadot/util-crypto';
import { readMetadata } from '@training-ledger/runtime-types/files';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../bytes.ts';
import { LedgerCodec, SS58_PREFIX } from './ledger-codec.ts';

const metadata = await readMetadata();
const codec = LedgerCodec.fromMetadata(metadata);
const lookup = new Metadata(new TypeRegistry(), metadata).asLatest.lookup as PortableRegistry;
const INVALID = expect.objectContaining({ code: 'ARGUMENT_INVALID' });

const bytes = (constraints: fc.IntArrayConstraints) => fc.uint8Array(constraints).map(toHex);

/** Any plain value of a type, by its description in the metadata. */
function plainOf(id: number): fc.Arbitrary<unknown> {
  const { path, def, params } = lookup.getSiType(id);
  const name = path.at(-1)?.toString();
  if (name === 'AccountId32') {
    return fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((key) => encodeAddress(key, SS58_PREFIX));
  }
  if (name === 'Option') {
    return fc.option(plainOf(params[0]?.type.unwrap().toNumber() as number), { nil: undefined });
  }
  if (def.isPrimitive) {
    const bits = Number(/^U(\d+)$/.exec(def.asPrimitive.type)?.[1]);
    return bits > 32
      ? fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n })
      : fc.integer({ min: 0, max: 2 ** bits - 1 });
  }
  if (def.isSequence || def.isArray) {
    const item = (def.isSequence ? def.asSequence : def.asArray).type.toNumber();
    const length = def.isArray
      ? { minLength: def.asArray.len.toNumber(), maxLength: def.asArray.len.toNumber() }
      : { maxLength: 8 };
    const { def: of } = lookup.getSiType(item);
    const isByte = of.isPrimitive && of.asPrimitive.isU8;
    return isByte ? bytes(length) : fc.array(plainOf(item), length);
  }
  if (def.isTuple) return fc.tuple(...def.asTuple.map((part) => plainOf(part.toNumber())));
  if (def.isComposite) return plainFields([...def.asComposite.fields]);
  const { variants } = def.asVariant;
  const isPlain = variants.every(({ fields }) => fields.length === 0);
  return fc.oneof(
    ...variants.map(({ name: variant, fields }) => {
      const type = variant.toString();
      if (isPlain) return fc.constant(type);
      if (fields.length === 0) return fc.constant({ type });
      return fc.record({ type: fc.constant(type), value: plainFields([...fields]) });
    }),
  );
}

function plainFields(fields: Si1Field[]): fc.Arbitrary<unknown> {
  if (fields[0]?.name.isNone) return plainOf(fields[0].type.toNumber());
  const members = fields.map(({ name, type }) => [
    stringCamelCase(name.unwrap().toString()),
    plainOf(type.toNumber()),
  ]);
  // Absent fields of a plain value stand for None.
  return fc
    .record(Object.fromEntries(members))
    .map((record) =>
      Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)),
    );
}

// `pallet` is the module of a pallet's calls, events and errors.
const ledgerTypes = lookup.types
  .filter(({ type: { path } }) =>
    /^(training_primitives|pallet_(user_models|zkpot|training_ledger|rewards))(?!,pallet,)/.test(
      path.map(String).join(','),
    ),
  )
  .map(({ id, type: { path } }) => [path.at(-1)?.toString() as string, id.toNumber()] as const);

describe("the ledger's types", () => {
  it('are all found', () => {
    const names = ledgerTypes.map(([name]) => name);
    for (const name of ['TrainingOp', 'TrainingBlock', 'Rules', 'TrainingProof', 'Round']) {
      expect(names).toContain(name);
    }
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(ledgerTypes)('%s comes back from its bytes', (name, id) => {
    fc.assert(
      fc.property(plainOf(id), (value) => {
        expect(codec.decode(name, codec.encode(name, value))).toEqual(value);
      }),
      { numRuns: 40 },
    );
  });

  it.each(ledgerTypes)('%s is read of its own bytes only', (name, id) => {
    fc.assert(
      fc.property(plainOf(id), (value) => {
        const encoded = codec.encode(name, value);
        expect(() => codec.decode(name, Uint8Array.of(...encoded, 0))).toThrow(INVALID);
        if (encoded.length === 0) return;
        expect(() => codec.decode(name, encoded.subarray(0, -1))).toThrow(INVALID);
      }),
      { numRuns: 10 },
    );
  });
});

describe('values that polkadot-js would change silently', () => {
  const hash = `0x${'01'.repeat(32)}` as const;
  const contents = {
    input: hash,
    output: hash,
    gradient: hash,
    gradientCommitment: hash,
    state: hash,
  };
  const refused: readonly (readonly [string, string, unknown, string])[] = [
    ['a short hash', 'OpContents', { ...contents, input: '0x01' }, 'OpContents.input'],
    ['a long hash', 'OpContents', { ...contents, state: `${hash}01` }, 'OpContents.state'],
    ['half a byte', 'OpContents', { ...contents, input: `${hash}1` }, 'OpContents.input'],
    ['a hash without 0x', 'OpContents', { ...contents, input: hash.slice(2) }, 'OpContents.input'],
    ['a missing field', 'OpContents', { ...contents, input: undefined }, 'OpContents.input'],
    ['a misspelt field', 'OpContents', { ...contents, corects: hash }, 'OpContents.corects'],
    ['no object', 'OpContents', 7, 'OpContents'],
    ['a number above 32 bits', 'Shape', { features: 2 ** 32, classes: 1 }, 'Shape.features'],
    ['a negative number', 'Shape', { features: -1, classes: 1 }, 'Shape.features'],
    ['a fraction', 'Shape', { features: 1.5, classes: 1 }, 'Shape.features'],
    ['a number as text', 'Shape', { features: '1', classes: 1 }, 'Shape.features'],
    ['an unknown variant', 'Circuit', 'Other', 'Circuit'],
    ['no variant', 'Circuit', undefined, 'Circuit'],
    ['no account', 'ForkSource', { type: 'Base', value: 'alice' }, 'ForkSource.Base'],
    ['half a proof', 'TrainingProof', { interaction: hash }, 'TrainingProof.interaction'],
  ];
  it.each(refused)('%s', (_, name, value, place) => {
    expect(() => codec.encode(name, value)).toThrow(INVALID);
    expect(() => codec.encode(name, value)).toThrow(`${place} must be`);
  });

  it('a type that the runtime does not have', () => {
    expect(() => codec.encode('Nothing', 1)).toThrow(INVALID);
    expect(() => codec.decode('Nothing', new Uint8Array())).toThrow(INVALID);
  });
});
