// SPDX-License-Identifier: Apache-2.0
// The state of a chain after each of its blocks. Every value is kept with the block that wrote it, so that reading takes as long at
// block 100,000 as at block 1; Chopsticks' own layers, one a block, are walked through one by one.
import type { StorageLayerProvider, StorageValue } from '@acala-network/chopsticks-core';

/** A storage key or value in hex. */
export type Hex = `0x${string}`;

/** What a block changed; null deletes. */
export type StorageDiff = Iterable<readonly [string, string | null]>;

/** The entries of a record by hex keys, which `Object.entries` gives as strings. */
export function hexEntries<T>(record: Readonly<Record<Hex, T>>): [Hex, T][] {
  return Object.entries(record) as [Hex, T][];
}

interface Version {
  readonly block: number;
  readonly value: string | null;
}

/** The states of one chain. */
export class ChainState {
  readonly #versions = new Map<string, Version[]>();
  /** All keys that ever had a value, in order. */
  readonly #keys: string[] = [];

  /** @param genesis what block 0 holds. */
  constructor(genesis: StorageDiff) {
    for (const [key, value] of genesis) this.#versions.set(key, [{ block: 0, value }]);
    this.#keys = [...this.#versions.keys()].sort();
  }

  /** Writes what block `block`, the newest one, changed. May be called again for the same block. */
  write(block: number, diff: StorageDiff): void {
    for (const [key, value] of diff) {
      const versions = this.#versions.get(key);
      if (versions === undefined) {
        if (value === null) continue;
        this.#versions.set(key, [{ block, value }]);
        this.#keys.splice(this.#indexOf(key), 0, key);
        continue;
      }
      const last = versions.at(-1) as Version;
      if (last.value === value) continue;
      if (last.block === block) versions.pop();
      versions.push({ block, value });
    }
  }

  /** The state after a block. */
  at(block: number): StateView {
    return new StateView(this, block);
  }

  /** The value of a key after a block. */
  value(key: string, block: number): string | undefined {
    const versions = this.#versions.get(key);
    if (versions === undefined) return undefined;
    const after = firstIndex(versions.length, (i) => (versions[i] as Version).block > block);
    return versions[after - 1]?.value ?? undefined;
  }

  /** The first key after `start` that begins with `prefix` and has a value after a block. */
  next(prefix: string, start: string, block: number): string | undefined {
    let i = this.#indexOf(start < prefix ? prefix : start);
    if (this.#keys[i] === start) i += 1;
    for (; i < this.#keys.length; i++) {
      const key = this.#keys[i] as string;
      if (!key.startsWith(prefix)) return undefined;
      if (this.value(key, block) !== undefined) return key;
    }
    return undefined;
  }

  /** Where a key is, or belongs. */
  #indexOf(key: string): number {
    return firstIndex(this.#keys.length, (i) => (this.#keys[i] as string) >= key);
  }
}

/** The first index below `length` from which on `holds` is true; `length` if there is none. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The state after one block, as Chopsticks' blocks read it. */
export class StateView implements StorageLayerProvider {
  readonly #state: ChainState;
  readonly #block: number;

  constructor(state: ChainState, block: number) {
    this.#state = state;
    this.#block = block;
  }

  deleted(): boolean {
    return false;
  }

  async get(key: string): Promise<StorageValue> {
    return this.#state.value(key, this.#block);
  }

  async getMany(keys: string[]): Promise<StorageValue[]> {
    return keys.map((key) => this.#state.value(key, this.#block));
  }

  async findNextKey(
    prefix: string,
    startKey: string,
    knownBest?: string,
  ): Promise<string | undefined> {
    const next = this.#state.next(prefix, startKey, this.#block);
    if (next === undefined) return knownBest;
    return knownBest === undefined || next < knownBest ? next : knownBest;
  }

  async getKeysPaged(prefix: string, pageSize: number, startKey: string): Promise<string[]> {
    const keys: string[] = [];
    let start = startKey === '0x' ? prefix : startKey;
    while (keys.length < pageSize) {
      const next = this.#state.next(prefix, start, this.#block);
      if (next === undefined) break;
      keys.push(next);
      start = next;
    }
    return keys;
  }
}
