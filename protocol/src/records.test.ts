// SPDX-License-Identifier: Apache-2.0
import type { Hex } from '@training-ledger/runtime-types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImmutabilityError } from './index.ts';
import {
  type ContributorProof,
  createTrainingRecord,
  TrainingLog,
  type TrainingRecord,
  type TrainingRecordFields,
  verifyTrainingRecord,
} from './records.ts';

const proof: ContributorProof = { contributor: 'alice', proof: '0x0102', weight: 3 };
const FIELDS: TrainingRecordFields = {
  modelId: 'digits',
  datasetHash: `0x${'0a'.repeat(32)}`,
  trainingConfig: { epochs: 5, layers: [64, 10], optimiser: { name: 'sgd', rate: 0.1 } },
  contributorProofs: [proof],
  timestamp: 1_900_000_000_000,
};
const MALFORMED = expect.objectContaining({ code: 'RECORD_MALFORMED' });

const fields: fc.Arbitrary<TrainingRecordFields> = fc.record({
  modelId: fc.string({ minLength: 1 }),
  datasetHash: fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`),
  trainingConfig: fc.dictionary(fc.string(), fc.jsonValue()),
  contributorProofs: fc.array(
    fc.record({
      contributor: fc.string({ minLength: 1 }),
      proof: fc.constant<Hex>('0x01'),
      weight: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    }),
  ),
  timestamp: fc.nat(),
}) as never;

describe('a training record', () => {
  it('has the words of the field and a hash', () => {
    const record = createTrainingRecord(FIELDS);
    expect(Object.keys(record).sort()).toEqual([...Object.keys(FIELDS), 'hash'].sort());
    expect(record).toMatchObject(FIELDS as never);
    // Python: blake2b(b'training-ledger/record/v1' + json.dumps(fields, sort_keys=True, separators=(',', ':')), 32).
    expect(record.hash).toBe('0x1825da26bbea7e10432954c484aaaf91abb18a56d488b468c104444fe1d0b34e');
  });

  it('verifies, also after it went through JSON', () => {
    fc.assert(
      fc.property(fields, (any) => {
        const record = createTrainingRecord(any);
        expect(verifyTrainingRecord(record)).toBe(true);
        expect(verifyTrainingRecord(JSON.parse(JSON.stringify(record)))).toBe(true);
      }),
    );
  });

  it('has the same hash in whatever order its members are given', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value).map(([key, member]) => [key, reversed(member)]);
      return Object.fromEntries(entries.toReversed());
    };
    fc.assert(
      fc.property(fields, (any) => {
        const other = createTrainingRecord(reversed(any) as TrainingRecordFields);
        expect(other.hash).toBe(createTrainingRecord(any).hash);
      }),
    );
  });

  it.each<Partial<TrainingRecord>>([
    { modelId: 'other' },
    { datasetHash: `0x${'0b'.repeat(32)}` },
    { trainingConfig: { ...FIELDS.trainingConfig, epochs: 6 } },
    { contributorProofs: [{ ...proof, weight: 4 }] },
    { contributorProofs: [] },
    { timestamp: 1 },
    { hash: `0x${'00'.repeat(32)}` },
    { modelId: '' },
    { trainingConfig: { epochs: 5n } },
  ])('does not verify with %o', (change) => {
    expect(verifyTrainingRecord({ ...createTrainingRecord(FIELDS), ...change })).toBe(false);
  });

  it('is a copy: what it was made of may change', () => {
    const mine = structuredClone(FIELDS) as unknown as { trainingConfig: { layers: number[] } };
    const record = createTrainingRecord(mine as never);
    mine.trainingConfig.layers[0] = 1;
    expect(record.trainingConfig['layers']).toEqual([64, 10]);
  });

  it('leaves out members that are undefined', () => {
    const record = createTrainingRecord({
      ...FIELDS,
      trainingConfig: { ...FIELDS.trainingConfig, none: undefined },
    });
    expect(record.hash).toBe(createTrainingRecord(FIELDS).hash);
  });

  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  it.each<[string, Record<string, unknown>]>([
    ['no model', { modelId: '' }],
    ['a number as model', { modelId: 7 }],
    ['a short hash', { datasetHash: '0x00' }],
    ['a hash in capitals', { datasetHash: `0x${'0A'.repeat(32)}` }],
    ['a time before 1970', { timestamp: -1 }],
    ['a time that is a fraction', { timestamp: 0.5 }],
    ['no configuration', { trainingConfig: null }],
    ['a list as configuration', { trainingConfig: [] }],
    ['no list of proofs', { contributorProofs: undefined }],
    ['a proof without a contributor', { contributorProofs: [{ ...proof, contributor: '' }] }],
    ['a proof that is no hex', { contributorProofs: [{ ...proof, proof: 'op 7' }] }],
    ['a negative weight', { contributorProofs: [{ ...proof, weight: -1 }] }],
    ['a weight that is no number', { contributorProofs: [{ ...proof, weight: Number.NaN }] }],
    ['no proof', { contributorProofs: [null] }],
    ['infinity', { trainingConfig: { rate: Number.POSITIVE_INFINITY } }],
    ['a bigint', { trainingConfig: { seed: 1n } }],
    ['a function', { trainingConfig: { loss: () => 0 } }],
    ['a map', { trainingConfig: { layers: new Map([[1, 2]]) } }],
    ['a date', { trainingConfig: { from: new Date(0) } }],
    ['bytes', { trainingConfig: { mask: Uint8Array.of(1) } }],
    ['undefined in a list', { trainingConfig: { layers: [undefined] } }],
    ['a hole in a list', { trainingConfig: { layers: new Array(2) } }],
    ['itself', { trainingConfig: circular }],
  ])('is not made with %s', (_, change) => {
    expect(() => createTrainingRecord({ ...FIELDS, ...change } as never)).toThrow(MALFORMED);
  });
});

describe('changing a training record raises ImmutabilityError', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the types forbid what is tried here
  type Changeable = any;
  const attempts: readonly (readonly [string, (record: Changeable) => unknown])[] = [
    ['setting a field', (r) => (r.timestamp = 1)],
    ['setting a field to what it is', (r) => (r.timestamp = FIELDS.timestamp)],
    ['setting the hash', (r) => (r.hash = '0x')],
    ['adding a field', (r) => (r.note = 'x')],
    ['adding a symbol', (r) => (r[Symbol('x')] = 1)],
    ['deleting a field', (r) => delete r.modelId],
    ['deleting a field that there is not', (r) => delete r.note],
    ['defining a property', (r) => Object.defineProperty(r, 'modelId', { value: 'other' })],
    ['defining an accessor', (r) => Object.defineProperty(r, 'modelId', { get: () => 'other' })],
    ['Object.assign', (r) => Object.assign(r, { modelId: 'other' })],
    ['Reflect.set', (r) => Reflect.set(r, 'modelId', 'other')],
    ['Reflect.defineProperty', (r) => Reflect.defineProperty(r, 'x', { value: 1 })],
    ['Reflect.deleteProperty', (r) => Reflect.deleteProperty(r, 'hash')],
    ['another prototype', (r) => Object.setPrototypeOf(r, { modelId: 'other' })],
    // biome-ignore lint/suspicious/noProto: this is what somebody may try
    ['__proto__', (r) => (r.__proto__ = { modelId: 'other' })],
    ['the configuration', (r) => (r.trainingConfig.epochs = 6)],
    ['deep in the configuration', (r) => (r.trainingConfig.optimiser.rate = 1)],
    ['a list: push', (r) => r.contributorProofs.push(proof)],
    ['a list: pop', (r) => r.contributorProofs.pop()],
    ['a list: splice', (r) => r.contributorProofs.splice(0, 1)],
    ['a list: sort', (r) => r.trainingConfig.layers.sort()],
    ['a list: reverse', (r) => r.trainingConfig.layers.reverse()],
    ['a list: fill', (r) => r.trainingConfig.layers.fill(0)],
    ['a list: index', (r) => (r.trainingConfig.layers[0] = 0)],
    ['a list: length', (r) => (r.contributorProofs.length = 0)],
    ['an item of a list', (r) => (r.contributorProofs[0].weight = 9)],
    [
      'what a descriptor shows',
      (r) => (Object.getOwnPropertyDescriptor(r, 'trainingConfig')?.value as Changeable).epochs++,
    ],
    ['an object that inherits', (r) => (Object.create(r).modelId = 'other')],
  ];

  it.each(attempts)('%s', (_, attempt) => {
    const record = createTrainingRecord(FIELDS);
    expect(() => attempt(record)).toThrow(ImmutabilityError);
    expect(() => attempt(record)).toThrow(expect.objectContaining({ code: 'IMMUTABLE' }));
    expect(record).toEqual({ ...FIELDS, hash: createTrainingRecord(FIELDS).hash });
    expect(verifyTrainingRecord(record)).toBe(true);
  });

  it('what changes nothing passes', () => {
    const record = createTrainingRecord(FIELDS);
    expect(Object.isFrozen(record)).toBe(true);
    expect(Object.isFrozen(record.contributorProofs[0])).toBe(true);
    expect(Object.freeze(record)).toBe(record);
    expect(record.trainingConfig).toBe(record.trainingConfig);
    expect(record.contributorProofs.map(({ weight }) => weight)).toEqual([3]);
  });
});

describe('a training log', () => {
  const by = (contributor: string, weight: number, of: Hex = '0x01'): ContributorProof => ({
    contributor,
    weight,
    proof: of,
  });
  const append = (log: TrainingLog, modelId: string, proofs: ContributorProof[]) =>
    log.append({ ...FIELDS, modelId, contributorProofs: proofs });

  it('keeps the records of each model in order', () => {
    const log = new TrainingLog();
    const [a, b, c] = ['x', 'y', 'x'].map((model) => append(log, model, []));
    expect(log.history('x')).toEqual([a, c]);
    expect(log.history('y')).toEqual([b]);
    expect(log.history('z')).toEqual([]);
    expect(() => log.append({ ...FIELDS, modelId: '' })).toThrow(MALFORMED);
  });

  it('cannot be shortened through a history', () => {
    const log = new TrainingLog();
    append(log, 'x', []);
    (log.history('x') as TrainingRecord[]).pop();
    expect(log.history('x')).toHaveLength(1);
  });

  it('names contributors with their weights, verified where every proof holds', async () => {
    const log = new TrainingLog();
    append(log, 'x', [by('alice', 2), by('bob', 1)]);
    append(log, 'x', [by('alice', 3), by('bob', 1, '0xbad0')]);
    append(log, 'y', [by('carol', 9)]);
    const seen: Hex[] = [];
    const check = async ({ proof: of }: ContributorProof) => {
      seen.push(of);
      return of !== '0xbad0';
    };
    expect(await log.attributionChain('x', check)).toEqual([
      { contributor: 'alice', weight: 5, verified: true },
      { contributor: 'bob', weight: 2, verified: false },
    ]);
    expect(seen).toHaveLength(4);
    expect(await log.attributionChain('z', check)).toEqual([]);
  });
});
