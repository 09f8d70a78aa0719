// SPDX-License-Identifier: Apache-2.0
// Connections to a port of this process. The server of Chopsticks closes its listener only: without this, clients of a
// stopped network would stay connected, and the process would not end.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

const CHANNEL = 'net.server.socket';

/** Keeps the open connections of one local port. */
export class OpenSockets {
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  readonly #onSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    if (socket.localPort !== this.#port) return;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  };

  constructor(port: number) {
    this.#port = port;
    subscribe(CHANNEL, this.#onSocket);
  }

  /** Ends all connections. */
  close(): void {
    unsubscribe(CHANNEL, this.#onSocket);
    for (const socket of this.#sockets) socket.destroy();
  }
}
