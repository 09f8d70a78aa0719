// SPDX-License-Identifier: Apache-2.0
// Waits for what a network needs minutes for.
import { setTimeout as sleep } from 'node:timers/promises';
import { NetworkError } from './errors.ts';

/** Milliseconds between two looks, and between two lines of progress. */
const INTERVAL = 2_000;
const PROGRESS_INTERVAL = 10_000;

/** Looks again and again, tells what is missing, and gives up. */
export class Waiting {
  readonly #end: number;
  readonly #timeout: number;
  readonly #onProgress: (line: string) => void;
  readonly #signal: AbortSignal;

  constructor(timeout: number, onProgress: (line: string) => void, signals: AbortSignal[]) {
    this.#timeout = timeout;
    this.#end = performance.now() + timeout;
    this.#onProgress = onProgress;
    this.#signal = AbortSignal.any(signals);
  }

  async until(look: () => Promise<{ ready: boolean; line: string }>): Promise<void> {
    let told = Number.NEGATIVE_INFINITY;
    for (;;) {
      this.#signal.throwIfAborted();
      const { ready, line } = await look();
      const now = performance.now();
      if (ready || now - told >= PROGRESS_INTERVAL) {
        this.#onProgress(line);
        told = now;
      }
      if (ready) return;
      if (now > this.#end) {
        const message = `The network was not ready after ${this.#timeout / 1_000} s.`;
        throw new NetworkError('NETWORK_TIMEOUT', message, { details: `Last seen: ${line}.` });
      }
      await sleep(INTERVAL, undefined, { signal: this.#signal }).catch(() => {});
    }
  }
}
