// SPDX-License-Identifier: Apache-2.0
import { Metadata, TypeRegistry } from '@polkadot/types';
import { stringCamelCase } from '@polkadot/util';
import { SIGNED_EXTENSIONS } from '@training-ledger/protocol';
import { SHAPES } from '@training-ledger/runtime-types';
import { readMetadata } from '@training-ledger/runtime-types/files';
import type { StorageShape } from '@training-ledger/runtime-types/shapes';
import { describe, expect, it } from 'vitest';
import { LedgerRuntime, missing } from './ledger-runtime.ts';

const registry = new TypeRegistry();
const metadata = new Metadata(registry, await readMetadata());
registry.setMetadata(metadata, undefined, SIGNED_EXTENSIONS);
const runtime = LedgerRuntime.of(registry);
const items = new Map<string, StorageShape>();
for (const { name, storage } of metadata.asLatest.pallets) {
  for (const item of storage.isSome ? storage.unwrap().items : []) {
    items.set(
      `${stringCamelCase(name.toString())}.${stringCamelCase(item.name.toString())}`,
      item as unknown as StorageShape,
    );
  }
}
const item = (path: string): StorageShape => items.get(path) as StorageShape;
const unsupported = expect.objectContaining({ code: 'RUNTIME_UNSUPPORTED' });

describe('the runtime that this release was made for', () => {
  it('has every storage item in the form that is known', () => {
    expect(Object.keys(SHAPES.storage).length).toBeGreaterThan(40);
    for (const path of Object.keys(SHAPES.storage)) runtime.checkStorage(path, item(path));
  });

  it('is one object for one metadata', () => {
    expect(LedgerRuntime.of(registry)).toBe(runtime);
  });
});

describe('another runtime', () => {
  // Items of this runtime under the names of others: as if the others had changed.
  it.each<[what: string, path: string, other: string]>([
    ['another value', 'committee.openings', 'committee.approvals'],
    ['another key', 'committee.openings', 'zkpot.challenges'],
    ['no key', 'userModels.userModels', 'trainingLedger.lastBlock'],
  ])('that has an item with %s is not read', (_, path, other) => {
    const fresh = new TypeRegistry();
    fresh.setMetadata(new Metadata(fresh, metadata.toHex()), undefined, SIGNED_EXTENSIONS);
    expect(() => LedgerRuntime.of(fresh).checkStorage(path, item(other))).toThrow(unsupported);
  });

  it('may have what no release knew', () => {
    expect(() => runtime.checkStorage('system.account', item('system.account'))).not.toThrow();
  });

  it('that lacks something known is of another release; what nobody knew is not found', () => {
    expect(missing('storage', 'committee.openings', 'storage')).toEqual(unsupported);
    expect(missing('calls', 'committee.nothing', 'call').code).toBe('NOT_FOUND');
  });
});
