// SPDX-License-Identifier: Apache-2.0
// Answers that were given and may still be rated. One answer gets one receipt: otherwise one interaction would make any number
// of ops.
import { randomBytes } from 'node:crypto';
import type { Receipt } from '@training-ledger/protocol/statements';
import { InferenceNodeError } from '../errors.ts';

/** What was served. */
export interface ServedAnswer {
  /** Digests of input and output, as scalars. */
  readonly input: bigint;
  readonly output: bigint;
}

interface Entry extends ServedAnswer {
  readonly expires: number;
  /** The receipt and what it is for, once one was asked for. */
  receipt?: { readonly commitment: bigint; readonly signed: Promise<Receipt> };
}

/** A bounded table of answers. Nothing in it is dropped before its time: when it is full, no more answers are given. */
export class Answers {
  readonly #entries = new Map<string, Entry>();
  readonly #capacity: number;
  readonly #lifetime: number;
  readonly #now: () => number;

  /**
   * @param capacity answers that may wait at a time
   * @param lifetime milliseconds that an answer waits
   * @param now a clock that never goes back, in milliseconds
   */
  constructor(capacity: number, lifetime: number, now: () => number = () => performance.now()) {
    this.#capacity = capacity;
    this.#lifetime = lifetime;
    this.#now = now;
  }

  /** Answers that wait. */
  get size(): number {
    this.#forget();
    return this.#entries.size;
  }

  /**
   * Keeps an answer and names it.
   * @throws InferenceNodeError `BUSY`.
   */
  add(served: ServedAnswer): string {
    this.#forget();
    if (this.#entries.size >= this.#capacity) {
      throw new InferenceNodeError('BUSY', 'Too many answers wait for their rating.', {
        hint: `Ask again later: an answer waits for ${this.#lifetime / 1_000} s at most.`,
      });
    }
    const id = randomBytes(16).toString('hex');
    this.#entries.set(id, { ...served, expires: this.#now() + this.#lifetime });
    return id;
  }

  /**
   * The receipt of an answer: signed the first time, the same one whenever the same commitment is asked for again.
   * @param commitmentOf the commitment that the request opens, given what was served
   * @throws InferenceNodeError `ANSWER_NOT_FOUND` or `ANSWER_HAS_RECEIPT`; what the functions throw.
   */
  receipt(
    id: string,
    commitmentOf: (served: ServedAnswer) => bigint,
    sign: (commitment: bigint) => Promise<Receipt>,
  ): Promise<Receipt> {
    this.#forget();
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      throw new InferenceNodeError('ANSWER_NOT_FOUND', 'The node knows no such answer.', {
        hint: `Ask again, and rate the answer within ${this.#lifetime / 1_000} s.`,
      });
    }
    const commitment = commitmentOf(entry);
    if (entry.receipt !== undefined) {
      if (entry.receipt.commitment === commitment) return entry.receipt.signed;
      throw new InferenceNodeError(
        'ANSWER_HAS_RECEIPT',
        'The answer has a receipt with another rating or nonce.',
        { hint: 'Ask again: every answer is for one interaction.' },
      );
    }
    const signed = sign(commitment);
    entry.receipt = { commitment, signed };
    // What was not signed may be asked for again.
    signed.catch(() => delete entry.receipt);
    return signed;
  }

  /** All live for equally long, so the oldest stand first. */
  #forget(): void {
    const now = this.#now();
    for (const [id, { expires }] of this.#entries) {
      if (expires > now) return;
      this.#entries.delete(id);
    }
  }
}
