// SPDX-License-Identifier: GPL-3.0-only
// One at a time.

/** Runs tasks one after the other, in the order in which they come. A task that fails does not keep the next one. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task);
    this.#last = result.catch(() => {});
    return result;
  }
}
