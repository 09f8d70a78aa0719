// SPDX-License-Identifier: Apache-2.0
// Raw chain specs of the development networks, made by the runtime itself. Chopsticks and polkadot-omni-node read them.
import {
  compactAddLength,
  compactStripLength,
  hexToU8a,
  stringToU8a,
  u8aToHex,
  u8aToString,
} from '@polkadot/util';
import { callRuntime } from './call.ts';
import { mergeJson, parseJson } from './lossless-json.ts';

/** Presets of the runtime by para id. */
export const PRESETS: Readonly<Record<number, string>> = {
  1000: 'development',
  2000: 'development-2000',
};

/**
 * The raw chain spec of a para id: the preset of that id, or the one that is named, with `changes` laid over it.
 */
export async function makeChainSpec(
  wasm: Uint8Array,
  paraId: number,
  { preset = PRESETS[paraId], changes = {} }: { preset?: string; changes?: unknown } = {},
): Promise<unknown> {
  if (preset === undefined) throw new Error(`The runtime has no preset for para id ${paraId}.`);
  const defaults = parseJson(await getPreset(wasm, Uint8Array.of(0)));
  const patch = parseJson(
    await getPreset(wasm, compose([1], compactAddLength(stringToU8a(preset)))),
  );
  const config = JSON.stringify(mergeJson(mergeJson(defaults, patch), changes));
  const { result, storageDiff } = await callRuntime(
    wasm,
    'GenesisBuilder_build_state',
    compactAddLength(stringToU8a(config)),
  );
  if (result !== '0x00')
    throw new Error(`The runtime refused its genesis: ${u8aToString(hexToU8a(result))}`);
  const top: Record<string, string> = { '0x3a636f6465': u8aToHex(wasm) };
  for (const [key, value] of storageDiff) if (value !== null) top[key] = value;
  return {
    name: `Training Ledger Development ${paraId}`,
    id: `training-ledger-${paraId}`,
    chainType: 'Development',
    bootNodes: [],
    telemetryEndpoints: null,
    protocolId: null,
    properties: { ss58Format: 42, tokenDecimals: 12, tokenSymbol: 'UNIT' },
    relay_chain: 'rococo-local',
    para_id: paraId,
    codeSubstitutes: {},
    genesis: { raw: { top: Object.fromEntries(Object.entries(top).sort()), childrenDefault: {} } },
  };
}

async function getPreset(wasm: Uint8Array, id: Uint8Array): Promise<string> {
  const { result } = await callRuntime(wasm, 'GenesisBuilder_get_preset', id);
  const bytes = hexToU8a(result);
  if (bytes[0] !== 1) throw new Error('The runtime does not know the preset.');
  const [, json] = compactStripLength(bytes.subarray(1));
  return u8aToString(json);
}

function compose(...parts: (Uint8Array | number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
