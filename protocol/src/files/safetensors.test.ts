// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, utf8ToBytes } from '../bytes.ts';
import { type Dtype, readSafetensors, type Tensor, writeSafetensors } from './safetensors.ts';

const SIZES: Readonly<Record<Dtype, number>> = {
  I8: 1,
  U8: 1,
  I16: 2,
  U16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
};
const MALFORMED = expect.objectContaining({ code: 'SAFETENSORS_MALFORMED' });

const tensor: fc.Arbitrary<Tensor> = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(SIZES) as Dtype[])),
    shape: fc.array(fc.nat(4), { maxLength: 3 }),
  })
  .chain(({ dtype, shape }) => {
    const length = shape.reduce((product, n) => product * n, SIZES[dtype]);
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((data) => ({ dtype, shape, data }));
  });
const name = fc
  .oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '7'))
  .filter((text) => text !== '__metadata__');
const dictionary = <T>(value: fc.Arbitrary<T>) =>
  fc
    .array(fc.tuple(name, value), { maxLength: 5 })
    .map((entries): Record<string, T> => Object.fromEntries(entries));

/** A file of any header, well-formed or not. */
function file(header: unknown, data = new Uint8Array()): Uint8Array {
  const text = utf8ToBytes(typeof header === 'string' ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return concatBytes(length, text, data);
}

describe('safetensors', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(dictionary(tensor), dictionary(fc.string()), (tensors, metadata) => {
        const read = readSafetensors(writeSafetensors({ tensors, metadata }));
        expect(Object.entries(read.tensors).sort()).toEqual(Object.entries(tensors).sort());
        expect(Object.entries(read.metadata).sort()).toEqual(Object.entries(metadata).sort());
      }),
    );
  });

  it('are the same bytes in whatever order their parts are given', () => {
    const [a, b]: Tensor[] = [1, 2].map((n) => ({
      dtype: 'U8',
      shape: [1],
      data: Uint8Array.of(n),
    })) as never;
    const [one, other] = [
      { tensors: { a, b }, metadata: { x: '1', y: '2' } },
      { tensors: { b, a }, metadata: { y: '2', x: '1' } },
    ] as never[];
    expect(writeSafetensors(one as never)).toEqual(writeSafetensors(other as never));
  });

  it('have the layout of the specification', () => {
    const data = Uint8Array.of(1, 2, 3, 4);
    const bytes = writeSafetensors({
      tensors: { w: { dtype: 'I16', shape: [2], data } },
      metadata: {},
    });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(header.trimEnd()).toBe('{"w":{"dtype":"I16","shape":[2],"data_offsets":[0,4]}}');
    expect(bytes.subarray(8 + length)).toEqual(data);
  });

  it('of other writers are read: spaces, other orders, scalars and empty tensors', () => {
    const header = `{ "b": {"data_offsets":[2,3],"dtype":"U8","shape":[]},
      "a": {"dtype":"I16","shape":[1,1],"data_offsets":[0,2]},
      "none": {"dtype":"F64","shape":[0,3],"data_offsets":[2,2]} }   `;
    const { tensors } = readSafetensors(file(header, Uint8Array.of(9, 8, 7)));
    expect(tensors['a']?.data).toEqual(Uint8Array.of(9, 8));
    expect(tensors['b']).toEqual({ dtype: 'U8', shape: [], data: Uint8Array.of(7) });
    expect(tensors['none']?.data).toHaveLength(0);
  });

  const entry = { dtype: 'U8', shape: [2], data_offsets: [0, 2] };
  const two = new Uint8Array(2);
  const refused: readonly (readonly [string, Uint8Array])[] = [
    ['no bytes', new Uint8Array()],
    ['half a length', new Uint8Array(7)],
    ['a length beyond the file', file('{}').fill(200, 0, 1)],
    ['a length beyond 2^53', file('{}').fill(255, 0, 8)],
    ['a header above 1 MiB', file(`{}${' '.repeat(1024 * 1024)}`)],
    ['no JSON', file('{"a":')],
    ['text that is not UTF-8', file('{"x"}').fill(0xff, 9, 10)],
    ['a list as header', file([])],
    ['null as header', file('null')],
    ['a header that begins with a space', file(' {}')],
    ['an entry that is nothing', file({ a: null })],
    ['an unknown type', file({ a: { ...entry, dtype: 'Q4' } }, two)],
    ['a type from the prototype', file({ a: { ...entry, dtype: 'toString' } }, two)],
    ['a negative length', file({ a: { ...entry, shape: [-2] } }, two)],
    ['a fraction as length', file({ a: { ...entry, shape: [0.5, 4] } }, two)],
    ['more than 16 dimensions', file({ a: { ...entry, shape: [...Array(16).fill(1), 2] } }, two)],
    ['three offsets', file({ a: { ...entry, data_offsets: [0, 1, 2] } }, two)],
    ['an end before its begin', file({ a: { ...entry, data_offsets: [2, 0] } }, two)],
    ['a size other than the shape', file({ a: { ...entry, shape: [3] } }, two)],
    ['a shape whose product overflows', file({ a: { ...entry, shape: [2 ** 52, 2 ** 52] } }, two)],
    ['data beyond the end', file({ a: entry }, new Uint8Array(1))],
    ['data after the last tensor', file({ a: entry }, new Uint8Array(3))],
    ['a gap', file({ a: { ...entry, data_offsets: [1, 3] } }, new Uint8Array(3))],
    ['an overlap', file({ a: entry, b: { ...entry, data_offsets: [1, 3] } }, new Uint8Array(3))],
    ['the same place twice', file({ a: entry, b: entry }, two)],
    ['metadata that are numbers', file({ __metadata__: { a: 1 } })],
    ['metadata that are a list', file({ __metadata__: ['a'] })],
    ['metadata that are null', file({ __metadata__: null })],
  ];
  it.each(refused)('with %s are refused', (_, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(MALFORMED);
  });

  it('of any bytes are read or refused with their error', () => {
    const header = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((a) => JSON.stringify({ a })),
    );
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 16 }), (text, data) => {
        try {
          readSafetensors(file(text, data));
        } catch (error) {
          expect(error).toEqual(MALFORMED);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are not written of tensors that nobody could read', () => {
    const write = (tensors: Record<string, Tensor>) => () =>
      writeSafetensors({ tensors, metadata: {} });
    const good: Tensor = { dtype: 'U8', shape: [2], data: two };
    expect(write({ a: { ...good, shape: [3] } })).toThrow(MALFORMED);
    expect(write({ __metadata__: good })).toThrow(MALFORMED);
    expect(write({ ['a'.repeat(1024 * 1024)]: good })).toThrow(MALFORMED);
  });
});
