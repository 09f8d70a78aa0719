// SPDX-License-Identifier: Apache-2.0
// Types of storage items and runtime APIs by their names.
import type { Codec, Registry } from '@polkadot/types/types';
import type { RuntimeApis, Storage } from '@training-ledger/runtime-types';

/** Keys of a storage item. */
export type Keys<P extends keyof Storage, I extends keyof Storage[P]> = Storage[P][I] extends {
  readonly keys: infer K extends readonly unknown[];
}
  ? K
  : never;
/** Value of a storage item, undefined where there may be none. */
export type Value<P extends keyof Storage, I extends keyof Storage[P]> = Storage[P][I] extends {
  readonly value: infer V;
}
  ? V
  : never;
/** Named inputs of a runtime API's method. */
export type Inputs<
  A extends keyof RuntimeApis,
  M extends keyof RuntimeApis[A],
> = RuntimeApis[A][M] extends {
  readonly inputs: infer T;
}
  ? T
  : never;
/** Output of a runtime API's method. */
export type Output<
  A extends keyof RuntimeApis,
  M extends keyof RuntimeApis[A],
> = RuntimeApis[A][M] extends {
  readonly output: infer T;
}
  ? T
  : never;

/** What a storage item of polkadot-js is used as. */
export interface StorageEntry {
  (...keys: unknown[]): Promise<Codec>;
  at?: unknown;
  entries(...keys: unknown[]): Promise<[{ args: Codec[] }, Codec][]>;
  creator: {
    meta: {
      modifier: { isOptional: boolean };
      type: {
        isPlain: boolean;
        asPlain: { toNumber(): number };
        asMap: {
          key: { toNumber(): number };
          value: { toNumber(): number };
          hashers: Iterable<{ type: string }> & { length: number };
        };
      };
    };
  };
}

/** The state after a block, with the types of its runtime. */
export interface BlockView {
  readonly registry: Registry;
  /** A storage item; undefined where the runtime has none of this name. */
  entry(pallet: string, item: string): StorageEntry | undefined;
  /** A method of a runtime API, with its inputs in order; undefined where the runtime has none of this name. */
  call(api: string, method: string): ((...values: unknown[]) => Promise<Codec>) | undefined;
}
