// SPDX-License-Identifier: Apache-2.0
// The genesis of a chain spec with its real header and hash. Chopsticks gives every chain the same made-up hash, and proofs are
// bound to the genesis hash: with that one, a proof for one chain would be worth something on the other.
import { calculateStateRoot, GenesisProvider } from '@acala-network/chopsticks-core';
import { compactToU8a, hexToU8a, u8aConcat } from '@polkadot/util';
import { blake2AsHex } from '@polkadot/util-crypto';

type Hex = `0x${string}`;

/** A raw chain spec. */
export interface RawChainSpec {
  readonly genesis: { readonly raw: { readonly top: Readonly<Record<Hex, Hex>> } };
}

const NO_PARENT: Hex = `0x${'00'.repeat(32)}`;
/** Root of the empty trie over blake2-256. */
const NO_EXTRINSICS: Hex = '0x03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314';
const STATE_VERSION = 1;

/** Header of block 0 as Substrate makes it. */
interface GenesisHeader {
  readonly number: Hex;
  readonly parentHash: Hex;
  readonly stateRoot: Hex;
  readonly extrinsicsRoot: Hex;
  readonly digest: { readonly logs: never[] };
}

/** Where a Chopsticks chain starts. */
export class LedgerGenesis extends GenesisProvider {
  readonly #hash: Hex;
  override getHeader: GenesisProvider['getHeader'];

  private constructor(spec: RawChainSpec, header: GenesisHeader) {
    super(spec as unknown as ConstructorParameters<typeof GenesisProvider>[0]);
    this.#hash = headerHash(header);
    this.getHeader = async () =>
      header as unknown as Awaited<ReturnType<GenesisProvider['getHeader']>>;
  }

  /** The genesis of a spec. */
  static async from(spec: RawChainSpec): Promise<LedgerGenesis> {
    const entries = Object.entries(spec.genesis.raw.top) as [Hex, Hex][];
    const header: GenesisHeader = {
      number: '0x0',
      parentHash: NO_PARENT,
      stateRoot: await calculateStateRoot(entries, STATE_VERSION),
      extrinsicsRoot: NO_EXTRINSICS,
      digest: { logs: [] },
    };
    return new LedgerGenesis(spec, header);
  }

  /** Hash of block 0: the one that a node gives the same spec. */
  override get blockHash(): Hex {
    return this.#hash;
  }
}

/** blake2-256 of the SCALE-encoded header: parent, compact number, roots, an empty digest. */
function headerHash({ parentHash, stateRoot, extrinsicsRoot }: GenesisHeader): Hex {
  const roots = u8aConcat(hexToU8a(stateRoot), hexToU8a(extrinsicsRoot));
  const noLogs = compactToU8a(0);
  return blake2AsHex(u8aConcat(hexToU8a(parentHash), compactToU8a(0), roots, noLogs), 256);
}
