// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { Hex } from './chain-state.ts';
import { MOST_ATTEMPTS, POOL_LIMITS, Pool } from './pool.ts';

const hex = (n: number): Hex => `0x${n.toString(16).padStart(8, '0')}`;
const waiting = (n: number, signer: string, nonce: number, transaction = hex(n)) => ({
  transaction,
  signer,
  nonce,
  attempts: 0,
});

test('those of one account are tried by nonce, in the places that the account has', () => {
  const pool = new Pool();
  pool.add(waiting(1, 'a', 2));
  pool.add(waiting(2, 'b', 0));
  pool.add(waiting(3, 'a', 1));
  pool.add(waiting(4, 'a', 0));
  expect(pool.inOrder().map(({ signer, nonce }) => [signer, nonce])).toEqual([
    ['a', 0],
    ['b', 0],
    ['a', 1],
    ['a', 2],
  ]);
});

test('the nonces of an account are told apart from those of others', () => {
  const pool = new Pool();
  pool.add(waiting(1, 'a', 5));
  pool.add(waiting(2, 'b', 0));
  expect(pool.noncesOf('a')).toEqual(new Set([5]));
});

test('there is room for so many, for so many of one account, and for so many bytes', () => {
  const pool = new Pool();
  for (let n = 0; n < POOL_LIMITS.ofAccount; n++) expect(pool.add(waiting(n, 'a', n))).toBe(true);
  expect(pool.add(waiting(9_999, 'a', 9_999))).toBe(false);
  expect(pool.add(waiting(9_999, 'b', 0))).toBe(true);
  const large: Hex = `0x${'ff'.repeat(POOL_LIMITS.bytes - 100)}`;
  expect(pool.add(waiting(0, 'c', 0, large))).toBe(false);
  const empty = new Pool();
  expect(empty.add(waiting(0, 'c', 0, large))).toBe(true);
  empty.delete(large);
  expect(empty.add(waiting(0, 'c', 0, large))).toBe(true);
});

test('a transaction is tried so often and then dropped', () => {
  const pool = new Pool();
  pool.add(waiting(1, 'a', 0));
  for (let n = 1; n < MOST_ATTEMPTS; n++) expect(pool.retry(hex(1))).toBe(true);
  expect(pool.retry(hex(1))).toBe(false);
  expect(pool.has(hex(1))).toBe(false);
});
