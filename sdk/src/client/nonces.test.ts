// SPDX-License-Identifier: Apache-2.0
import type { ApiPromise } from '@polkadot/api';
import { expect, test } from 'vitest';
import { NonceQueue } from './nonces.ts';

const TAKEN = '1014: Priority is too low: (10 vs 10): The transaction has too low priority.';
const OUTDATED = '1010: Invalid Transaction: Transaction is outdated';

/** A queue on a node whose answers to "which nonce is next" are these, the last one for ever. */
function queueOn(...answers: number[]): NonceQueue {
  const accountNextIndex = async () => {
    const next = answers.length > 1 ? answers.shift() : answers[0];
    return { toNumber: () => next };
  };
  return new NonceQueue({ rpc: { system: { accountNextIndex } } } as unknown as ApiPromise, 'me');
}

/** Refuses the nonces below `free`. */
const refusing =
  (message: string, free: number) =>
  async (nonce: number): Promise<number> => {
    if (nonce < free) throw new Error(message);
    return nonce;
  };

test('calls at once get nonces in their order', async () => {
  const queue = queueOn(4);
  const all = [0, 1, 2].map(() => queue.use(async (nonce) => nonce));
  expect(await Promise.all(all)).toEqual([4, 5, 6]);
});

test.each([TAKEN, OUTDATED])(
  'a nonce that somebody else took is replaced by the next one: %s',
  async (message) => {
    expect(await queueOn(1, 2, 3).use(refusing(message, 3))).toBe(3);
  },
);

test('who never gets a nonce is told', async () => {
  await expect(queueOn(1).use(refusing(TAKEN, 2))).rejects.toThrow(TAKEN);
});

test.each(['1010: Invalid Transaction: Inability to pay some fees', '1002: no'])(
  'what is refused for another reason is not sent again: %s',
  async (message) => {
    let sent = 0;
    const send = async (): Promise<never> => {
      sent++;
      throw new Error(message);
    };
    await expect(queueOn(1, 2, 3).use(send)).rejects.toThrow(message);
    expect(sent).toBe(1);
  },
);

test('after a refusal the chain is asked, not the queue', async () => {
  const queue = queueOn(7);
  await queue.use(async (nonce) => nonce);
  await expect(queue.use(refusing('1002: no', 100))).rejects.toThrow('1002: no');
  expect(await queue.use(async (nonce) => nonce)).toBe(7);
});
