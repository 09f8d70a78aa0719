// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { fillErrors, fillTernary } from './random.ts';

const SIZE = 2 ** 20;
const moment = (values: Int8Array, power: number): number =>
  values.reduce((sum, value) => sum + value ** power, 0) / values.length;

it('one-time keys have each of three values equally often', () => {
  const key = new Int8Array(SIZE);
  fillTernary(key);
  for (const value of [-1, 0, 1]) {
    // Six standard deviations either way.
    const share = key.filter((one) => one === value).length / SIZE;
    expect(Math.abs(share - 1 / 3)).toBeLessThan(0.003);
  }
});

it('errors are centred binomial: of 21 coins either way', () => {
  const errors = new Int8Array(SIZE);
  fillErrors(errors);
  const variance = 42 / 4;
  expect(errors.every((error) => Math.abs(error) <= 21)).toBe(true);
  expect(Math.abs(moment(errors, 1))).toBeLessThan(0.02);
  expect(Math.abs(moment(errors, 2) - variance)).toBeLessThan(0.1);
  expect(Math.abs(moment(errors, 4) - (3 - 2 / 42) * variance ** 2)).toBeLessThan(8);
});

it('neither is the same twice', () => {
  for (const fill of [fillTernary, fillErrors]) {
    const [one, other] = [new Int8Array(64), new Int8Array(64)];
    fill(one);
    fill(other);
    expect(one).not.toEqual(other);
  }
});
