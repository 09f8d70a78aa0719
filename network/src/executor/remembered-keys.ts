// SPDX-License-Identifier: Apache-2.0
// Which storage keys a runtime's entry points read: they read the same ones again, and what is sent ahead need not be asked for.

/** Calls in a row that do not read a key before it is forgotten. */
const PATIENCE = 8;
const MAX_KEYS = 1024;
const MAX_ENTRY_POINTS = 64;

/** Keys by entry point. */
export class RememberedKeys {
  /** With each key, how many calls in a row did not read it. */
  readonly #keys = new Map<string, Map<string, number>>();

  /** What the next call of an entry point will probably read. */
  of(entryPoint: string): string[] {
    return [...(this.#keys.get(entryPoint)?.keys() ?? [])];
  }

  /** Learns from a call: of the keys sent ahead, which it read, and what it asked for besides. */
  learn(entryPoint: string, ahead: ReadonlyMap<string, boolean>, asked: Iterable<string>): void {
    const keys = this.#keys.get(entryPoint) ?? new Map<string, number>();
    // The entry point that was not called for longest is the first.
    this.#keys.delete(entryPoint);
    this.#keys.set(entryPoint, keys);
    for (const [name] of this.#keys) {
      if (this.#keys.size <= MAX_ENTRY_POINTS) break;
      this.#keys.delete(name);
    }
    for (const [key, wasRead] of ahead) {
      const missed = wasRead ? 0 : (keys.get(key) ?? 0) + 1;
      if (missed > PATIENCE) keys.delete(key);
      else keys.set(key, missed);
    }
    for (const key of asked) {
      if (keys.size >= MAX_KEYS) break;
      keys.set(key, 0);
    }
  }
}
