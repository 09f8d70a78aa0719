// SPDX-License-Identifier: Apache-2.0
// Where a chain starts: block 0 of a chain spec with its real header and hash. Proofs are bound to that hash, so that one for a chain is
// worth nothing on another.
import { calculateStateRoot } from '@acala-network/chopsticks-core';
import type { ProviderInterface } from '@polkadot/rpc-provider/types';
import { TypeRegistry } from '@polkadot/types';
import type { Header } from '@polkadot/types/interfaces';
import { type Hex, hexEntries } from './chain-state.ts';

/** A raw chain spec. */
export interface RawChainSpec {
  readonly name: string;
  readonly id: string;
  readonly properties?: Readonly<Record<string, unknown>> | null;
  readonly genesis: { readonly raw: { readonly top: Readonly<Record<Hex, Hex>> } };
}

/** Block 0. */
export interface Genesis {
  readonly spec: RawChainSpec;
  readonly header: Header;
  /** What its state holds. */
  readonly entries: [Hex, Hex][];
}

const NO_PARENT: Hex = `0x${'00'.repeat(32)}`;
/** Root of the empty trie over blake2-256. */
const NO_EXTRINSICS: Hex = '0x03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314';
const STATE_VERSION = 1;

/** The genesis of a spec: the one that a node makes of it. */
export async function genesisOf(spec: RawChainSpec): Promise<Genesis> {
  const entries = hexEntries(spec.genesis.raw.top);
  const header = new TypeRegistry().createType<Header>('Header', {
    number: 0,
    parentHash: NO_PARENT,
    stateRoot: await calculateStateRoot(entries, STATE_VERSION),
    extrinsicsRoot: NO_EXTRINSICS,
    digest: { logs: [] },
  });
  return { spec, header, entries };
}

/** Answers what Chopsticks asks of the network that a chain is a copy of: its names. There is none behind a chain of ours. */
export function specProvider({ name, id, properties }: RawChainSpec): ProviderInterface {
  const answers: Readonly<Record<string, unknown>> = {
    system_chain: id,
    system_name: name,
    system_properties: properties ?? {},
  };
  const unsupported = async (): Promise<never> => {
    throw new Error('There is no network behind an embedded chain.');
  };
  const provider = {
    hasSubscriptions: false,
    isClonable: false,
    isConnected: true,
    clone: () => provider,
    connect: async () => {},
    disconnect: async () => {},
    on: () => () => {},
    subscribe: unsupported,
    unsubscribe: unsupported,
    send: async (method: string) => (method in answers ? answers[method] : unsupported()),
  } as unknown as ProviderInterface;
  return provider;
}
