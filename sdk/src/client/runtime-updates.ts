// SPDX-License-Identifier: Apache-2.0
// A chain's runtime may be upgraded while a client is connected. From the moment that the node tells of it until polkadot-js has the new
// types, what is read would be decoded with the old ones: reads wait meanwhile, and those that were under way are made again.
import type { ApiPromise } from '@polkadot/api';
import { SdkError } from '../errors.ts';
import { notConnected, request } from './connection.ts';
import { LedgerRuntime } from './ledger-runtime.ts';

/** Milliseconds that a node has for the metadata of its new runtime. */
const TIMEOUT = 60_000;

/** Follows the runtime of a connected chain. */
export class RuntimeUpdates {
  readonly #api: ApiPromise;
  readonly #timeout: number;
  #announced: number;

  private constructor(api: ApiPromise, timeout: number) {
    this.#api = api;
    this.#timeout = timeout;
    this.#announced = this.#version;
  }

  /**
   * @param timeout Milliseconds that a read waits for new types.
   * @throws SdkError `NOT_CONNECTED`
   */
  static async follow(api: ApiPromise, timeout = TIMEOUT): Promise<RuntimeUpdates> {
    const updates = new RuntimeUpdates(api, timeout);
    // Ends with the connection.
    await request(() =>
      api.rpc.state.subscribeRuntimeVersion(({ specVersion }) => {
        updates.#announced = specVersion.toNumber();
      }),
    );
    return updates;
  }

  /** The runtime that polkadot-js has the types of. */
  get runtime(): LedgerRuntime {
    return LedgerRuntime.of(this.#api.registry);
  }

  /**
   * Reads with the types of the runtime that the chain has.
   * @throws SdkError `NOT_CONNECTED` if the node does not give the types of a new runtime; what `read` throws.
   */
  async consistently<T>(read: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.#settled();
      const { runtime } = this;
      const value = await read();
      if (this.#isSettled && runtime === this.runtime) return value;
    }
  }

  get #version(): number {
    return this.#api.runtimeVersion.specVersion.toNumber();
  }

  get #isSettled(): boolean {
    return this.#version === this.#announced;
  }

  async #settled(): Promise<void> {
    if (this.#isSettled) return;
    const decorated = Promise.withResolvers<void>();
    const look = (): void => {
      if (this.#isSettled) decorated.resolve();
    };
    const timer = setTimeout(() => {
      const wanted = `It has not told the types of its new runtime ${this.#announced}.`;
      decorated.reject(notConnected(wanted));
    }, this.#timeout);
    this.#api.on('decorated', look);
    try {
      await decorated.promise;
    } finally {
      clearTimeout(timer);
      this.#api.off('decorated', look);
    }
  }
}

/** The error for a call that was made for the runtime before. */
export function runtimeChanged(): SdkError {
  return new SdkError('RUNTIME_CHANGED', 'The runtime was upgraded after this call was made.', {
    hint: 'Make the call again.',
  });
}
