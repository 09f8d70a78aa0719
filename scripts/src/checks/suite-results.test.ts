// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { inputsHash } from './passed.ts';
import { suiteInputs } from './suite-results.ts';

test('a suite reads the packages and its own file, and no other tests', async () => {
  const { counts = () => false } = suiteInputs('sync', []);
  const read = [
    'sdk/src/client/chain.ts',
    'scripts/src/network/network.ts',
    'runtime-types/specs/ledger-1000.json',
    'test/network/sync.test.ts',
    'test/network/ledgers.ts',
    'test/sdk/ledger.ts',
    'test/upgrade/runtime-1.wasm',
  ];
  expect(read.filter(counts)).toEqual(read);
  const others = [
    'test/network/sync-faults.test.ts',
    'test/sdk/training.test.ts',
    'test/upgrade/upgrade.test.ts',
    'sdk/src/bytes.test.ts',
    'scripts/src/bench/proofs.ts',
    'sdk/README.md',
  ];
  expect(others.filter(counts)).toEqual([]);
});

test('suites have results of their own', async () => {
  const hashes = ['sync', 'faults'].map((suite) => inputsHash(suiteInputs(suite, [])));
  expect(new Set(await Promise.all(hashes)).size).toBe(2);
});
