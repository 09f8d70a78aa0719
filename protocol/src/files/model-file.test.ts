// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readModelFile, writeModelFile } from './model-file.ts';
import { readSafetensors, type Safetensors, type Tensor, writeSafetensors } from './safetensors.ts';

const SHAPE = { features: 3, classes: 2 };
const WEIGHTS = Int16Array.of(1, 2, 3, -4, 5, 6, 7, -32_768);
const MALFORMED = expect.objectContaining({ code: 'MODEL_FILE_MALFORMED' });

const model = fc
  .record({ features: fc.integer({ min: 1, max: 20 }), classes: fc.integer({ min: 1, max: 6 }) })
  .chain((shape) => {
    const length = shape.classes * (shape.features + 1);
    return fc
      .int16Array({ minLength: length, maxLength: length })
      .map((weights) => ({ shape, weights }));
  });

describe('model files', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(model, ({ shape, weights }) => {
        expect(readModelFile(writeModelFile(shape, weights))).toEqual({ shape, weights });
      }),
    );
  });

  it('hold a matrix and a bias that any reader of safetensors finds', () => {
    const { tensors, metadata } = readSafetensors(writeModelFile(SHAPE, WEIGHTS));
    expect(metadata).toEqual({ format: 'training-ledger/linear/v1', weight_scale: '4096' });
    expect(tensors['weight']?.shape).toEqual([2, 3]);
    expect(tensors['bias']).toEqual({
      dtype: 'I16',
      shape: [2],
      data: Uint8Array.of(0xfc, 0xff, 0x00, 0x80),
    });
  });

  it('are read from any place in a buffer', () => {
    const bytes = writeModelFile(SHAPE, WEIGHTS);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readModelFile(shifted.subarray(3)).weights).toEqual(WEIGHTS);
  });

  it('are not written of weights of another shape', () => {
    expect(() => writeModelFile(SHAPE, WEIGHTS.subarray(1))).toThrow(MALFORMED);
  });

  const good = readSafetensors(writeModelFile(SHAPE, WEIGHTS));
  const { weight, bias } = good.tensors as { weight: Tensor; bias: Tensor };
  const none = { dtype: 'I16', data: new Uint8Array() } as const;
  const changed: readonly (readonly [string, Partial<Safetensors>])[] = [
    ['another format', { metadata: { ...good.metadata, format: 'other' } }],
    ['another scale', { metadata: { ...good.metadata, weight_scale: '1' } }],
    ['no metadata', { metadata: {} }],
    ['no weights', { tensors: { bias } }],
    ['no bias', { tensors: { weight } }],
    ['weights of another type', { tensors: { weight: { ...weight, dtype: 'U16' }, bias } }],
    ['a bias of another type', { tensors: { weight, bias: { ...bias, dtype: 'U16' } } }],
    ['weights that are no matrix', { tensors: { weight: { ...weight, shape: [6] }, bias } }],
    ['a bias that is a matrix', { tensors: { weight, bias: { ...bias, shape: [2, 1] } } }],
    ['a bias of other classes', { tensors: { weight: { ...weight, shape: [3, 2] }, bias } }],
    [
      'no classes',
      { tensors: { weight: { ...none, shape: [0, 3] }, bias: { ...none, shape: [0] } } },
    ],
    ['no features', { tensors: { weight: { ...none, shape: [2, 0] }, bias } }],
    ['a third tensor', { tensors: { weight, bias, other: bias } }],
  ];
  it.each(changed)('with %s are refused', (_, change) => {
    expect(() => readModelFile(writeSafetensors({ ...good, ...change }))).toThrow(MALFORMED);
  });

  it('that are no safetensors are refused as such', () => {
    expect(() => readModelFile(Uint8Array.of(1, 2, 3))).toThrow(
      expect.objectContaining({ code: 'SAFETENSORS_MALFORMED' }),
    );
  });
});
