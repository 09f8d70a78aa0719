// SPDX-License-Identifier: Apache-2.0
// What AsyncDisposableStack does in Node 24, for the versions before it.

/** Closes what was opened, last opened first: `await using cleanup = new Cleanup()` at the end of its block. */
export class Cleanup implements AsyncDisposable {
  #pending: (() => unknown)[] = [];
  #isDone = false;

  /**
   * Adds what is to be done when this ends.
   * @throws Error if it has ended.
   */
  defer(close: () => unknown): void {
    if (this.#isDone) throw new Error('The clean-up is over: nothing would close this.');
    this.#pending.push(close);
  }

  /** Hands everything over to a new one; this one has ended and closes nothing. */
  move(): Cleanup {
    const moved = new Cleanup();
    moved.#pending = this.#take();
    return moved;
  }

  /**
   * Does everything that was deferred, one after the other; once.
   * @throws what failed, after everything was tried; AggregateError if several did.
   */
  async disposeAsync(): Promise<void> {
    const errors: unknown[] = [];
    for (const close of this.#take().reverse()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join('; '));
    if (errors.length === 1) throw errors[0];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disposeAsync();
  }

  #take(): (() => unknown)[] {
    const taken = this.#pending;
    this.#pending = [];
    this.#isDone = true;
    return taken;
  }
}
