// SPDX-License-Identifier: Apache-2.0
import { nodeKeyPair, type Receipt, signReceipt } from '@training-ledger/protocol/statements';
import { expect, it, vi } from 'vitest';
import { Answers } from './answers.ts';

const code = (value: string) => expect.objectContaining({ code: value });
const KEY = nodeKeyPair(new Uint8Array(32).fill(1));
const SERVED = { input: 1n, output: 2n };
const sign = async (commitment: bigint): Promise<Receipt> => signReceipt(KEY, commitment, 1_000);
const ask = (answers: Answers, id: string, commitment = 5n, signing = sign) =>
  answers.receipt(id, () => commitment, signing);

it('one answer gets one receipt, however often it is asked for', async () => {
  const answers = new Answers(10, 1_000);
  const id = answers.add(SERVED);
  const signing = vi.fn(sign);
  const [first, second] = await Promise.all([
    ask(answers, id, 5n, signing),
    ask(answers, id, 5n, signing),
  ]);
  expect(second).toBe(first);
  expect(await ask(answers, id, 5n, signing)).toBe(first);
  expect(signing).toHaveBeenCalledOnce();
  expect(() => ask(answers, id, 6n)).toThrow(code('ANSWER_HAS_RECEIPT'));
});

it('the commitment is made of what was served', async () => {
  const answers = new Answers(10, 1_000);
  const id = answers.add(SERVED);
  const receipt = await answers.receipt(id, ({ input, output }) => input + output, sign);
  expect(receipt.commitment).toBe(3n);
});

it('a receipt that could not be signed may be asked for again, with another commitment too', async () => {
  const answers = new Answers(10, 1_000);
  const id = answers.add(SERVED);
  const failing = () => Promise.reject(new Error('no chain'));
  await expect(ask(answers, id, 5n, failing)).rejects.toThrow('no chain');
  expect((await ask(answers, id, 6n)).commitment).toBe(6n);
});

it('an answer is known for its time only, and by its id only', async () => {
  let now = 0;
  const answers = new Answers(10, 1_000, () => now);
  const id = answers.add(SERVED);
  expect(() => ask(answers, `${id}0`)).toThrow(code('ANSWER_NOT_FOUND'));
  now = 999;
  await ask(answers, id);
  now = 1_000;
  expect(() => ask(answers, id)).toThrow(code('ANSWER_NOT_FOUND'));
  expect(answers.size).toBe(0);
});

it('when the table is full, nothing in it is dropped and no more answers are given', async () => {
  let now = 0;
  const answers = new Answers(2, 1_000, () => now);
  const first = answers.add(SERVED);
  now = 500;
  answers.add(SERVED);
  expect(() => answers.add(SERVED)).toThrow(code('BUSY'));
  await ask(answers, first);
  now = 1_000;
  answers.add(SERVED);
  expect(() => answers.add(SERVED)).toThrow(code('BUSY'));
});
