// SPDX-License-Identifier: Apache-2.0
// The time of a chain's next block. It depends on the time of the block before and on the clock, never on how long a block takes.

/** Milliseconds of a slot of the runtime; also of the relay chain. */
export const SLOT = 6_000;

/** When a block says that it was made. */
export interface BlockTime {
  /** Milliseconds of the Unix epoch. */
  readonly timestamp: number;
  /** Number of the slot that the timestamp lies in. */
  readonly slot: number;
}

/**
 * The time of the block after one of time `parent` (0 for genesis). Aura wants each block in a later slot than its parent. A chain
 * that stood still is at once at the time of the clock, and one whose blocks come faster than slots runs ahead of it.
 */
export function nextBlockTime(parent: number, now: number): BlockTime {
  const earliest = (Math.floor(parent / SLOT) + 1) * SLOT;
  const timestamp = Math.max(earliest, Math.floor(now));
  return { timestamp, slot: Math.floor(timestamp / SLOT) };
}
