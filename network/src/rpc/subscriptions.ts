// SPDX-License-Identifier: Apache-2.0
// The subscriptions of one client.
import { ErrorCode, RpcError } from './messages.ts';

/** Sends a notification of a subscription. */
export type Notify = (method: string, subscription: string, result: unknown) => void;

/** The nodes of the Polkadot SDK allow as many on one connection. */
const MAX_SUBSCRIPTIONS = 1_024;

/** Open subscriptions by id. */
export class Subscriptions {
  readonly #notify: Notify | undefined;
  readonly #cancel = new Map<string, () => void>();
  #isClosed = false;

  /** @param notify undefined where a client cannot be told of anything. */
  constructor(notify: Notify | undefined) {
    this.#notify = notify;
  }

  /** Whether the client has left. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Of a client that sends one request and leaves. */
  static none(): Subscriptions {
    return new Subscriptions(undefined);
  }

  /**
   * Opens a subscription. The returned function tells the client something, as long as the subscription is open.
   * @param cancel called once, when it ends
   * @throws RpcError if there are too many, or the connection takes no notifications.
   */
  subscribe = (
    method: string,
    id: string,
    cancel: () => void = () => {},
  ): ((result: unknown) => void) => {
    if (this.#isClosed) {
      cancel();
      return () => {};
    }
    if (this.#notify === undefined || this.#cancel.size >= MAX_SUBSCRIPTIONS) {
      cancel();
      if (this.#notify === undefined) {
        throw new RpcError(ErrorCode.methodNotFound, 'Subscriptions need a WebSocket');
      }
      throw new RpcError(
        ErrorCode.tooManySubscriptions,
        'Too many subscriptions on the connection',
      );
    }
    this.#cancel.set(id, cancel);
    return (result) => {
      if (this.#cancel.has(id)) this.#notify?.(method, id, result);
    };
  };

  /** Ends a subscription; false if there is none of that id. */
  unsubscribe = (id: string): boolean => {
    const cancel = this.#cancel.get(id);
    this.#cancel.delete(id);
    cancel?.();
    return cancel !== undefined;
  };

  /** Ends all; what is opened after that ends at once. */
  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#cancel.keys()]) this.unsubscribe(id);
  }
}
