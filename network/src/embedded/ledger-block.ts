// SPDX-License-Identifier: Apache-2.0
// A block of a chain whose state is kept by ChainState.
import { Block, type Blockchain } from '@acala-network/chopsticks-core';
import type { Header } from '@polkadot/types/interfaces';
import type { Hex, StateView } from './chain-state.ts';

/** Storage key of the runtime's code: `:code`. */
const CODE = '0x3a636f6465';

/** What a block consists of. */
export interface BlockParts {
  readonly header: Header;
  readonly extrinsics: Hex[];
  /** What the block changed. */
  readonly diff: Record<Hex, Hex | null>;
  /** The state after the block. */
  readonly state: StateView;
}

/** A finished block. */
export class LedgerBlock extends Block {
  readonly #diff: Record<Hex, Hex | null>;

  constructor(chain: Blockchain, parent: Block, { header, extrinsics, diff, state }: BlockParts) {
    // A block takes its parent's metadata over: the parent is left out where the block brought another runtime.
    const sameRuntime = diff[CODE] === undefined ? parent : undefined;
    const parts = { header, extrinsics, storage: state };
    super(chain, header.number.toNumber(), header.hash.toHex(), sameRuntime, parts);
    this.#diff = diff;
  }

  override async storageDiff(): Promise<Record<Hex, Hex | null>> {
    return { ...this.#diff };
  }
}
