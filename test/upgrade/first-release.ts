// SPDX-License-Identifier: Apache-2.0
// A chain that runs the runtime of the first release, and what its storage holds.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiPromise } from '@polkadot/api';
import type { Codec } from '@polkadot/types/types';
import { xxhashAsHex } from '@polkadot/util-crypto';
import { EmbeddedNetwork } from '@training-ledger/network';
import type { Hex } from '@training-ledger/runtime-types';
import { makeChainSpec } from '@training-ledger/scripts';

/** Path of the compressed runtime of the first release. */
export const FIRST_RELEASE = fileURLToPath(new URL('runtime-1.wasm', import.meta.url));
/** The ledger's pallets. */
export const PALLETS = [
  'UserModels',
  'Committee',
  'Zkpot',
  'TrainingLedger',
  'Rewards',
  'UserModelSync',
];
const PAGE = 1_000;

/** Writes a raw chain spec of a chain that starts with the first release; the returned function removes it. */
export async function writeFirstSpec(
  paraId: 1000 | 2000,
): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'training-ledger-upgrade-'));
  const file = join(folder, 'spec.json');
  const spec = await makeChainSpec(new Uint8Array(await readFile(FIRST_RELEASE)), paraId);
  await writeFile(file, JSON.stringify(spec));
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Starts chain 1000 with the first release, and chain 2000 with the newest, on the embedded network. Blocks are made of
 * transactions, or when the test wants one.
 */
export async function startFirstRelease(): Promise<EmbeddedNetwork> {
  const { file, remove } = await writeFirstSpec(1000);
  try {
    return await EmbeddedNetwork.start({ heartbeat: 0, specs: { 1000: file } });
  } finally {
    await remove();
  }
}

/** Prefix of a pallet's storage, or of one item. */
export const prefixOf = (pallet: string, item?: string): Hex => {
  const start = xxhashAsHex(pallet, 128);
  return (item === undefined ? start : `${start}${xxhashAsHex(item, 128).slice(2)}`) as Hex;
};

/** Everything that the ledger's pallets hold, as bytes by key. */
export async function snapshot(api: ApiPromise): Promise<Map<Hex, string>> {
  const found = new Map<Hex, string>();
  const at = (await api.rpc.chain.getBlockHash()).toHex();
  for (const prefix of PALLETS.map((pallet) => prefixOf(pallet))) {
    let last: Hex = prefix;
    for (;;) {
      const ask = api.rpc.state.getKeysPaged;
      const keys = (await ask(prefix, PAGE, last, at)).map((key) => key.toHex() as Hex);
      const values = await api.rpc.state.queryStorageAt<Codec[]>(keys, at);
      for (const [i, key] of keys.entries()) found.set(key, String(values[i]));
      const end = keys.at(-1);
      if (end === undefined || keys.length < PAGE) break;
      last = end;
    }
  }
  return found;
}
