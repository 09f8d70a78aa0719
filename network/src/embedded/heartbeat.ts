// SPDX-License-Identifier: Apache-2.0
// Deadlines count blocks, and blocks are made of transactions: a heartbeat lets time pass where nobody sends any.

/** What a heartbeat needs of a chain. */
export interface BeatingChain {
  readonly height: number;
  newBlock(): Promise<void>;
}

/**
 * Makes a block whenever none was made for `interval` to twice `interval` milliseconds. One beat ends before the next is
 * scheduled, so that a slow machine gets fewer beats and not a queue of them, and the time that a beat took passes before the next,
 * so that it has some left for other things. A block that fails is tried again at the next beat.
 */
export class Heartbeat {
  readonly #chain: BeatingChain;
  readonly #interval: number;
  #lastHeight = -1;
  /** Milliseconds that the last beat took. */
  #cost = 0;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #beat: Promise<void> = Promise.resolve();

  constructor(chain: BeatingChain, interval: number) {
    this.#chain = chain;
    this.#interval = interval;
    this.#schedule();
  }

  /** Stops after the block that is being made. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#beat;
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(
      () => {
        const started = performance.now();
        this.#beat = this.#run().finally(() => {
          this.#cost = performance.now() - started;
          this.#schedule();
        });
      },
      Math.max(this.#interval, this.#cost),
    );
  }

  async #run(): Promise<void> {
    // The chain reports its failures itself.
    if (this.#chain.height === this.#lastHeight) await this.#chain.newBlock().catch(() => {});
    this.#lastHeight = this.#chain.height;
  }
}
