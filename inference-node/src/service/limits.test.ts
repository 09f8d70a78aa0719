// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { Admission } from './limits.ts';

const code = (value: string) => expect.objectContaining({ code: value });

it('takes so many requests at once, and then as many as time brings', () => {
  let now = 0;
  const admission = new Admission({ rate: 10, burst: 3, concurrency: 100 }, () => now);
  for (let i = 0; i < 3; i++) admission.enter();
  expect(() => admission.enter()).toThrow(code('RATE_LIMITED'));
  now = 99;
  expect(() => admission.enter()).toThrow(code('RATE_LIMITED'));
  now = 101;
  admission.enter();
  expect(() => admission.enter()).toThrow(code('RATE_LIMITED'));
  now = 60_000;
  for (let i = 0; i < 3; i++) admission.enter();
  expect(() => admission.enter()).toThrow(code('RATE_LIMITED'));
});

it('works on so many at a time; one that is refused costs nothing', () => {
  const admission = new Admission({ rate: 1, burst: 3, concurrency: 2 }, () => 0);
  const leave = admission.enter();
  admission.enter();
  for (let i = 0; i < 5; i++) expect(() => admission.enter()).toThrow(code('BUSY'));
  leave();
  admission.enter();
  expect(() => admission.enter()).toThrow(code('RATE_LIMITED'));
});
