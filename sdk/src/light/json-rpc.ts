// SPDX-License-Identifier: Apache-2.0
// JSON-RPC with a chain of the light client: answers are matched with requests, notifications handed on.
import type { Chain } from 'smoldot';
import { LightClientError } from './errors.ts';

/** A request that is not answered yet. */
interface Pending {
  resolve(result: unknown): void;
  reject(error: LightClientError): void;
}

/** What the light client says. */
interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly params?: { readonly subscription: string; readonly result: unknown };
}

/** A chain of the light client. */
export class JsonRpcChain {
  readonly #chain: Chain;
  readonly #onNotification: (subscription: string, result: unknown) => void;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #closed = false;

  constructor(chain: Chain, onNotification: (subscription: string, result: unknown) => void) {
    this.#chain = chain;
    this.#onNotification = onNotification;
    void this.#listen();
  }

  /**
   * Asks, and waits for the answer.
   * @throws LightClientError `READ_FAILED` for an error as the answer; `CLOSED`
   */
  request<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) throw closed();
      const id = this.#nextId++;
      this.#pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
      try {
        this.#chain.sendJsonRpc(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      } catch (cause) {
        this.#pending.delete(id);
        reject(failed(method, cause instanceof Error ? cause.message : String(cause), cause));
      }
    });
  }

  /** Leaves the chain. Requests that wait fail with `CLOSED`. */
  close(): void {
    if (this.#closed) return;
    this.#end();
    this.#chain.remove();
  }

  async #listen(): Promise<void> {
    try {
      while (!this.#closed) this.#take(JSON.parse(await this.#chain.nextJsonRpcResponse()));
    } catch {
      // The chain was removed or its client ended.
      this.#end();
    }
  }

  #take({ id, result, error, params }: Message): void {
    if (params !== undefined) {
      this.#onNotification(params.subscription, params.result);
      return;
    }
    const pending = this.#pending.get(id as number);
    this.#pending.delete(id as number);
    if (error === undefined) pending?.resolve(result);
    else pending?.reject(failed('A request', error.message));
  }

  #end(): void {
    this.#closed = true;
    for (const { reject } of this.#pending.values()) reject(closed());
    this.#pending.clear();
  }
}

/** The reader was closed. */
export function closed(): LightClientError {
  return new LightClientError('CLOSED', 'The reader was closed.');
}

function failed(method: string, details: string, cause?: unknown): LightClientError {
  return new LightClientError('READ_FAILED', `${method} failed.`, { details, cause });
}
