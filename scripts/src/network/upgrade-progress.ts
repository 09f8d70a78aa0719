// SPDX-License-Identifier: Apache-2.0
// How far an upgrade is, by the chain's final blocks: from the code that waits for the relay chain to the end of all migrations. Each
// block's events are read with the types of the runtime that made it.
import type { WsProvider } from '@polkadot/api';
import { Metadata, TypeRegistry } from '@polkadot/types';
import type { EventRecord } from '@polkadot/types/interfaces';
import { xxhashAsHex } from '@polkadot/util-crypto';
import { UpgradeError } from './upgrade-errors.ts';

/** What final blocks said so far. */
export interface UpgradeProgress {
  /** Block in which the new code was stored for the relay chain. */
  stored?: number;
  /** Block that ends with the new code; the next one is made with it. */
  applied?: number;
  /** Block in which the last migration ended; that after `applied` if there was none. */
  migrated?: number;
  /** Migrations that ran or were skipped because they had run before. */
  migrations: number;
  /** Entries that were migrated, by pallet. */
  readonly entries: Record<string, number>;
}

type Hex = `0x${string}`;

const keyOf = (pallet: string, item: string): string =>
  `${xxhashAsHex(pallet, 128)}${xxhashAsHex(item, 128).slice(2)}`;
const EVENTS = keyOf('System', 'Events');
/** There as long as migrations run. */
const CURSOR = keyOf('MultiBlockMigrations', 'Cursor');

/** Looks at every final block once, in order. */
export class UpgradeFollower {
  readonly progress: UpgradeProgress = { migrations: 0, entries: {} };
  readonly #provider: WsProvider;
  readonly #registries = new Map<number, TypeRegistry>();
  #next: number;

  private constructor(provider: WsProvider, next: number) {
    this.#provider = provider;
    this.#next = next;
  }

  /** Begins after the newest final block. */
  static async begin(provider: WsProvider): Promise<UpgradeFollower> {
    return new UpgradeFollower(provider, (await finalHeight(provider)) + 1);
  }

  /**
   * Looks at the blocks that became final.
   * @throws UpgradeError `UPGRADE_REFUSED` if the relay chain refused the code, `MIGRATION_FAILED`
   */
  async look(): Promise<UpgradeProgress> {
    const height = await finalHeight(this.#provider);
    for (; this.#next <= height; this.#next++) await this.#lookAt(this.#next);
    return this.progress;
  }

  async #lookAt(number: number): Promise<void> {
    const { progress } = this;
    const hash = await this.#provider.send<Hex>('chain_getBlockHash', [number]);
    for (const { event } of await this.#events(hash)) this.#note(number, event);
    const isNew = progress.applied !== undefined && number > progress.applied;
    if (!isNew || progress.migrated !== undefined) return;
    const cursor = await this.#provider.send<Hex | null>('state_getStorage', [CURSOR, hash]);
    if (cursor === null) progress.migrated = number;
  }

  #note(number: number, { section, method, data, meta }: EventRecord['event']): void {
    const { progress } = this;
    if (method === 'LayoutMigrated') {
      // By its place: `entries` is also a method of the list that `data` is.
      const place = meta.fields.findIndex(({ name }) => name.toString() === 'entries');
      const before = progress.entries[section] ?? 0;
      progress.entries[section] = before + Number(String(data[place]));
      return;
    }
    switch (`${section}.${method}`) {
      case 'parachainSystem.ValidationFunctionStored':
        progress.stored = number;
        break;
      case 'parachainSystem.ValidationFunctionApplied':
        progress.applied = number;
        break;
      case 'parachainSystem.ValidationFunctionDiscarded':
        throw new UpgradeError('UPGRADE_REFUSED', 'The relay chain refused the new runtime.', {
          details: `Block ${number}.`,
        });
      case 'multiBlockMigrations.UpgradeFailed':
        throw new UpgradeError('MIGRATION_FAILED', 'A migration failed.', {
          details: `Block ${number}. The chain takes no transactions.`,
          hint: 'Another runtime has to mend it; the relay chain can give the parachain one.',
        });
      case 'multiBlockMigrations.MigrationCompleted':
      case 'multiBlockMigrations.MigrationSkipped':
        progress.migrations += 1;
        break;
      default:
    }
  }

  async #events(hash: Hex): Promise<EventRecord[]> {
    const bytes = await this.#provider.send<Hex | null>('state_getStorage', [EVENTS, hash]);
    if (bytes === null) return [];
    const registry = await this.#registryOf(hash);
    return [...registry.createType('Vec<EventRecord>', bytes)] as unknown as EventRecord[];
  }

  /** The types of the runtime that made a block: its parent's, as the code is replaced at the end of a block. */
  async #registryOf(hash: Hex): Promise<TypeRegistry> {
    const { parentHash } = await this.#provider.send<{ parentHash: Hex }>('chain_getHeader', [
      hash,
    ]);
    const { specVersion } = await this.#provider.send<{ specVersion: number }>(
      'state_getRuntimeVersion',
      [parentHash],
    );
    let registry = this.#registries.get(specVersion);
    if (registry === undefined) {
      registry = new TypeRegistry();
      const bytes = await this.#provider.send<Hex>('state_getMetadata', [parentHash]);
      registry.setMetadata(new Metadata(registry, bytes), undefined, EXTENSIONS);
      this.#registries.set(specVersion, registry);
    }
    return registry;
  }
}

const extension = { extrinsic: {}, payload: {} };
/** Transaction extensions of the ledger that polkadot-js does not know. */
export const EXTENSIONS = { AuthorizeCall: extension, ImmutableRecords: extension };

async function finalHeight(provider: WsProvider): Promise<number> {
  const hash = await provider.send<Hex>('chain_getFinalizedHead', []);
  const { number } = await provider.send<{ number: Hex }>('chain_getHeader', [hash]);
  return Number(number);
}
