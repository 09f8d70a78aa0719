// SPDX-License-Identifier: Apache-2.0
// Transactions that wait for a block.
import type { Hex } from './chain-state.ts';

/** A transaction that waits. */
export interface Waiting {
  readonly transaction: Hex;
  /** Address of the account that signed it. */
  readonly signer: string;
  /** Blocks that it was tried in. */
  readonly attempts: number;
}

/** Most transactions that wait at once. */
export const POOL_SIZE = 8_192;
/** Most blocks that a transaction is tried in. */
export const MOST_ATTEMPTS = 64;

/** What waits, in the order in which it came. */
export class Pool {
  #waiting: Waiting[] = [];

  /** Everything that waits. */
  get waiting(): readonly Waiting[] {
    return this.#waiting;
  }

  get isFull(): boolean {
    return this.#waiting.length >= POOL_SIZE;
  }

  has(transaction: Hex): boolean {
    return this.#waiting.some((one) => one.transaction === transaction);
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
  }

  /** Takes a transaction out. */
  delete(transaction: Hex): void {
    this.#waiting = this.#waiting.filter((one) => one.transaction !== transaction);
  }

  /** Counts an attempt; false if it was the last one that a transaction gets. */
  retry(transaction: Hex): boolean {
    const found = this.#waiting.findIndex((one) => one.transaction === transaction);
    const waiting = this.#waiting[found];
    if (waiting === undefined) return false;
    if (waiting.attempts + 1 >= MOST_ATTEMPTS) {
      this.delete(transaction);
      return false;
    }
    this.#waiting[found] = { ...waiting, attempts: waiting.attempts + 1 };
    return true;
  }
}
