// SPDX-License-Identifier: Apache-2.0
// Nonces of one account for calls that are submitted side by side.
import type { ApiPromise } from '@polkadot/api';

/**
 * What nodes say of a transaction whose nonce somebody else's transaction of the same account has used (1010, outdated) or is
 * about to use (1014, its place in the pool is taken). They have not taken the transaction.
 */
const NONCE_TAKEN = /^(1010: .*outdated|1014: )/;
/** How often a call is signed anew for that reason, before its sender is told. */
const ATTEMPTS = 5;

/**
 * Hands out nonces in the order of submission, one transaction after another. Other processes may use the account too: a
 * transaction that comes too late for its nonce is made again with the next one.
 */
export class NonceQueue {
  readonly #api: ApiPromise;
  readonly #address: string;
  #next = -1;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(api: ApiPromise, address: string) {
    this.#api = api;
    this.#address = address;
  }

  /** Calls `send` with the next nonce, again if the nonce was taken meanwhile. If it fails, the nonce is free again. */
  use<T>(send: (nonce: number) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#send(send);
        } catch (error) {
          this.forget();
          const message = error instanceof Error ? error.message : '';
          if (attempt === ATTEMPTS || !NONCE_TAKEN.test(message)) throw error;
        }
      }
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #send<T>(send: (nonce: number) => Promise<T>): Promise<T> {
    const onChain = (await this.#api.rpc.system.accountNextIndex(this.#address)).toNumber();
    const nonce = Math.max(onChain, this.#next);
    const sent = await send(nonce);
    this.#next = nonce + 1;
    return sent;
  }

  /** Asks the chain for the next nonce: a transaction was lost. */
  forget(): void {
    this.#next = -1;
  }
}
