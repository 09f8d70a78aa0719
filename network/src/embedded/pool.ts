// SPDX-License-Identifier: Apache-2.0
// Transactions that wait for a block, bounded in number and bytes.
import type { Hex } from './chain-state.ts';

/** A transaction that waits. */
export interface Waiting {
  readonly transaction: Hex;
  /** Address of the account that signed it. */
  readonly signer: string;
  readonly nonce: number;
  /** Blocks that it was tried in. */
  readonly attempts: number;
}

/** Most transactions that wait at once, in all and of one account, and most bytes of all together. */
export const POOL_LIMITS = { transactions: 8_192, ofAccount: 512, bytes: 20 << 20 } as const;
/** Most blocks that a transaction is tried in. */
export const MOST_ATTEMPTS = 64;

const bytesOf = (transaction: Hex): number => transaction.length / 2 - 1;

/** What waits, in the order in which it came. */
export class Pool {
  readonly #waiting = new Map<Hex, Waiting>();
  #bytes = 0;

  /** Everything that waits. */
  get waiting(): Waiting[] {
    return [...this.#waiting.values()];
  }

  has(transaction: Hex): boolean {
    return this.#waiting.has(transaction);
  }

  /** Adds a transaction; false if there is no room for it. */
  add(waiting: Waiting): boolean {
    const { transaction, signer } = waiting;
    const bytes = bytesOf(transaction);
    const { transactions, ofAccount } = POOL_LIMITS;
    if (this.#waiting.size >= transactions || this.#bytes + bytes > POOL_LIMITS.bytes) return false;
    if (this.waiting.filter((one) => one.signer === signer).length >= ofAccount) return false;
    this.#waiting.set(transaction, waiting);
    this.#bytes += bytes;
    return true;
  }

  /** Takes a transaction out. */
  delete(transaction: Hex): void {
    if (this.#waiting.delete(transaction)) this.#bytes -= bytesOf(transaction);
  }

  /** Counts an attempt; false if it was the last one that a transaction gets. */
  retry(transaction: Hex): boolean {
    const waiting = this.#waiting.get(transaction);
    if (waiting === undefined) return false;
    if (waiting.attempts + 1 >= MOST_ATTEMPTS) {
      this.delete(transaction);
      return false;
    }
    this.#waiting.set(transaction, { ...waiting, attempts: waiting.attempts + 1 });
    return true;
  }

  /** What waits, as a block tries it: in the order in which it came, but those of one account by nonce. */
  inOrder(): Waiting[] {
    const waiting = this.waiting;
    const byNonce = [...waiting].sort((a, b) => a.nonce - b.nonce);
    const next = Map.groupBy(byNonce, ({ signer }) => signer);
    return waiting.map(({ signer }) => next.get(signer)?.shift() as Waiting);
  }

  /** Nonces of an account's transactions that wait. */
  noncesOf(signer: string): Set<number> {
    const own = this.waiting.filter((one) => one.signer === signer);
    return new Set(own.map(({ nonce }) => nonce));
  }
}
