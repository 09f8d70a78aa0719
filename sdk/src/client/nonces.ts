// SPDX-License-Identifier: Apache-2.0
// Nonces of one account for calls that are submitted side by side.
import type { ApiPromise } from '@polkadot/api';

/** Hands out nonces in the order of submission, one transaction after another. */
export class NonceQueue {
  readonly #api: ApiPromise;
  readonly #address: string;
  #next = -1;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(api: ApiPromise, address: string) {
    this.#api = api;
    this.#address = address;
  }

  /** Calls `send` with the next nonce. If it fails, the nonce is free again. */
  use<T>(send: (nonce: number) => Promise<T>): Promise<T> {
    const turn = this.#turn.then(async () => {
      const onChain = (await this.#api.rpc.system.accountNextIndex(this.#address)).toNumber();
      const nonce = Math.max(onChain, this.#next);
      try {
        const sent = await send(nonce);
        this.#next = nonce + 1;
        return sent;
      } catch (error) {
        this.forget();
        throw error;
      }
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Asks the chain for the next nonce: a transaction was lost. */
  forget(): void {
    this.#next = -1;
  }
}
