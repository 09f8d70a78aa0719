// SPDX-License-Identifier: Apache-2.0
// An upgrade in the moments between the node's word and the new types.
import { EventEmitter } from 'node:events';
import type { ApiPromise } from '@polkadot/api';
import { Metadata, TypeRegistry } from '@polkadot/types';
import { SIGNED_EXTENSIONS } from '@training-ledger/protocol';
import { readMetadata } from '@training-ledger/runtime-types/files';
import { beforeEach, describe, expect, it } from 'vitest';
import { RuntimeUpdates } from './runtime-updates.ts';

const metadata = await readMetadata();
const version = (number: number) => ({ specVersion: { toNumber: () => number } });

/** What of polkadot-js tells of upgrades. */
class Connection extends EventEmitter {
  readonly registry = new TypeRegistry();
  runtimeVersion = version(1);
  announce: (told: ReturnType<typeof version>) => void = () => {};
  readonly rpc = {
    state: {
      subscribeRuntimeVersion: async (told: Connection['announce']) => {
        this.announce = told;
      },
    },
  };

  constructor() {
    super();
    this.#load();
  }

  /** The new types are here. */
  decorate(number: number): void {
    this.#load();
    this.runtimeVersion = version(number);
    this.emit('decorated');
  }

  #load(): void {
    const types = new Metadata(this.registry, metadata);
    this.registry.setMetadata(types, undefined, SIGNED_EXTENSIONS);
  }
}

let connection: Connection;
let updates: RuntimeUpdates;
beforeEach(async () => {
  connection = new Connection();
  updates = await RuntimeUpdates.follow(connection as unknown as ApiPromise, 50);
});

describe('a read', () => {
  it('waits for the types of a new runtime', async () => {
    connection.announce(version(2));
    const reads: number[] = [];
    const read = updates.consistently(async () => reads.push(1));
    await Promise.resolve();
    expect(reads).toEqual([]);
    connection.decorate(2);
    expect(await read).toBe(1);
  });

  it('that an upgrade overtakes is made again', async () => {
    const values = ['old types, new bytes', 'new types'];
    const value = await updates.consistently(async () => {
      if (values.length === 2) {
        connection.announce(version(2));
        connection.decorate(2);
      }
      return values.shift();
    });
    expect(value).toBe('new types');
  });

  it('fails with a typed error if the types never come', async () => {
    connection.announce(version(2));
    await expect(updates.consistently(async () => 1)).rejects.toMatchObject({
      code: 'NOT_CONNECTED',
    });
  });
});

it('a runtime is another one after an upgrade', () => {
  const { runtime } = updates;
  expect(updates.runtime).toBe(runtime);
  connection.decorate(2);
  expect(updates.runtime).not.toBe(runtime);
});
