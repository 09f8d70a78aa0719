// SPDX-License-Identifier: Apache-2.0
// What a program needs to know of a development network: plain JSON.
import type { Hex } from '@training-ledger/runtime-types';
import type { DevelopmentAccount } from './accounts.ts';

/** A chain. */
export interface DescribedChain {
  readonly paraId: number;
  /** WebSocket endpoint. */
  readonly endpoint: string;
}

/** A funded account, whose secrets are public knowledge. */
export interface DescribedAccount extends DevelopmentAccount {
  /** Plancks, in decimal. */
  readonly balance: string;
  /** File with samples to train on: `readTestSet` reads it. */
  readonly samples: string;
}

/** A development network as `--json` prints it and `network.json` in its state folder holds it. */
export interface DevelopmentDescription {
  readonly chains: readonly DescribedChain[];
  /** The chain that the federation is on. */
  readonly endpoint: string;
  readonly genesis: Hex;
  readonly base: Hex;
  readonly owner: string;
  readonly accounts: readonly DescribedAccount[];
  readonly workers: readonly { readonly address: string }[];
  /** The inference node, and the hash of its key. */
  readonly node: { readonly url: string; readonly key: Hex };
  /** Folder of the content store. */
  readonly store: string;
  /** Folder of everything that is kept on disk. */
  readonly state: string;
}
