// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { arrangeSuites } from './suites.ts';

test('suites that leave the nodes alone run side by side, the others after them', () => {
  expect(arrangeSuites(['faults', 'main-job', 'network', 'sync', 'sync-faults'])).toEqual([
    [['sync'], ['main-job']],
    [['network']],
    [['sync-faults']],
    [['faults']],
  ]);
});

test('only what is asked for is run', () => {
  expect(arrangeSuites(['light-client'])).toEqual([[['light-client']]]);
});

test('what is not known runs alone and last', () => {
  expect(arrangeSuites(['anything', 'faults', 'other'])).toEqual([
    [['faults']],
    [['anything']],
    [['other']],
  ]);
});
