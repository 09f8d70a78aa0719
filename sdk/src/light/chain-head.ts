// SPDX-License-Identifier: Apache-2.0
// Shapes of the JSON-RPC functions `chainHead_v1`: https://paritytech.github.io/json-rpc-interface-spec/api/chainHead.html
import type { Hex } from '@training-ledger/runtime-types';

/** A finalised block. */
export interface FinalisedBlock {
  readonly hash: Hex;
  readonly number: number;
}

/** One item below a key, as it was asked for. */
export interface StorageItem {
  readonly key: Hex;
  readonly value?: Hex;
}

/** What is asked of a key: its value, or those of all keys that begin with it. */
export interface StorageQuery {
  readonly key: Hex;
  readonly type: 'value' | 'descendantsValues';
}

/** A block that can be read at. */
export interface Pinned {
  readonly subscription: string;
  readonly block: FinalisedBlock;
  readonly specVersion: number;
}

/** The runtime of a block. */
export interface RuntimeEvent {
  readonly type: 'valid' | 'invalid';
  readonly spec?: { readonly specVersion: number };
}

/** What a followed chain tells. */
export type FollowEvent =
  | {
      readonly event: 'initialized';
      readonly finalizedBlockHashes: readonly Hex[];
      readonly finalizedBlockRuntime: RuntimeEvent | null;
    }
  | {
      readonly event: 'newBlock';
      readonly blockHash: Hex;
      readonly parentBlockHash: Hex;
      readonly newRuntime: RuntimeEvent | null;
    }
  | {
      readonly event: 'finalized';
      readonly finalizedBlockHashes: readonly Hex[];
      readonly prunedBlockHashes: readonly Hex[];
    }
  | { readonly event: 'stop' | 'bestBlockChanged' }
  | {
      readonly event: 'operationStorageItems';
      readonly operationId: string;
      readonly items: readonly StorageItem[];
    }
  | { readonly event: 'operationCallDone'; readonly operationId: string; readonly output: Hex }
  | { readonly event: 'operationError'; readonly operationId: string; readonly error: string }
  | {
      readonly event:
        | 'operationStorageDone'
        | 'operationWaitingForContinue'
        | 'operationInaccessible';
      readonly operationId: string;
    };

/** Answer to the start of an operation. */
export type Started =
  | { readonly result: 'started'; readonly operationId: string }
  | { readonly result: 'limitReached' };
