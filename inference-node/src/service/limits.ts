// SPDX-License-Identifier: Apache-2.0
// What all clients together may ask of a node. A node that serves strangers puts a proxy with limits for each of them in front.
import { InferenceNodeError } from '../errors.ts';

/** Bounds of a node. */
export interface NodeLimits {
  /** Requests a second, on average and at once. */
  readonly rate: number;
  readonly burst: number;
  /** Requests that are worked on at a time. */
  readonly concurrency: number;
  /** Connections at a time. */
  readonly connections: number;
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Answers that wait for their rating at a time, and for how many milliseconds each. */
  readonly answers: number;
  readonly answerLifetime: number;
}

/** Bounds that a small machine keeps up with. */
export const DEFAULT_LIMITS: NodeLimits = {
  rate: 200,
  burst: 400,
  concurrency: 64,
  connections: 256,
  bodyBytes: 64 * 1_024,
  answers: 50_000,
  answerLifetime: 600_000,
};

/** Lets requests in, or refuses them at once: nothing queues. */
export class Admission {
  readonly #limits: Pick<NodeLimits, 'rate' | 'burst' | 'concurrency'>;
  readonly #now: () => number;
  #tokens: number;
  #filled: number;
  #running = 0;

  /** @param now a clock that never goes back, in milliseconds */
  constructor(
    limits: Pick<NodeLimits, 'rate' | 'burst' | 'concurrency'>,
    now: () => number = () => performance.now(),
  ) {
    this.#limits = limits;
    this.#now = now;
    this.#tokens = limits.burst;
    this.#filled = now();
  }

  /**
   * Lets a request in; the returned function tells that it is done.
   * @throws InferenceNodeError `RATE_LIMITED` or `BUSY`.
   */
  enter(): () => void {
    const { rate, burst, concurrency } = this.#limits;
    const now = this.#now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filled) / 1_000) * rate);
    this.#filled = now;
    if (this.#tokens < 1) {
      throw new InferenceNodeError('RATE_LIMITED', 'The node gets too many requests.', {
        details: `It takes ${rate} a second.`,
        hint: 'Ask again in a second.',
      });
    }
    if (this.#running >= concurrency) {
      throw new InferenceNodeError('BUSY', 'The node is working on as many requests as it can.', {
        hint: 'Ask again in a second.',
      });
    }
    this.#tokens -= 1;
    this.#running += 1;
    return () => {
      this.#running -= 1;
    };
  }
}
