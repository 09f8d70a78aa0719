// SPDX-License-Identifier: Apache-2.0
// A connection that tests can break.
import {
  type AddressInfo,
  connect as connectTo,
  createServer,
  type Server,
  type Socket,
} from 'node:net';

/** A relay before the chain that can be cut, and that can fall silent. */
export class Relay {
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  /** Whether what the chain says is dropped. */
  isSilent = false;

  constructor(target: string) {
    this.#target = Number(new URL(target).port);
  }

  get endpoint(): string {
    return `ws://${this.#name}`;
  }

  get #name(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async open(): Promise<this> {
    const server = createServer((client) => {
      const node = connectTo(this.#target, '127.0.0.1');
      for (const socket of [client, node]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#sockets.delete(socket);
          client.destroy();
          node.destroy();
        });
      }
      // A node takes requests under its own name only.
      client.once('data', (bytes) => {
        node.write(
          bytes.toString('latin1').replace(this.#name, `127.0.0.1:${this.#target}`),
          'latin1',
        );
        client.on('data', (more) => node.write(more));
      });
      node.on('data', (bytes) => this.isSilent || client.write(bytes));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
