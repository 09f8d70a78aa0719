// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { applyMean } from './generation.ts';

it('the next generation is the mean update on top of the weights, rounded and clipped to 16 bits', () => {
  const next = applyMean(
    Int16Array.of(10, -10, 32_767, -32_768),
    Float64Array.of(0.4, -0.6, 9, -9),
  );
  expect([...next]).toEqual([10, -11, 32_767, -32_768]);
});
