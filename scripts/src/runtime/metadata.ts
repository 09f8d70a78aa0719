// SPDX-License-Identifier: Apache-2.0
// Metadata of a runtime.
import { compactStripLength, hexToU8a, u8aToHex } from '@polkadot/util';
import { callRuntime } from './call.ts';

/** Metadata version that holds runtime APIs. */
const VERSION = 15;

/** The runtime's metadata (V15) in hex. */
export async function readMetadata(wasm: Uint8Array): Promise<`0x${string}`> {
  const { result } = await callRuntime(
    wasm,
    'Metadata_metadata_at_version',
    Uint8Array.of(VERSION, 0, 0, 0),
  );
  const bytes = hexToU8a(result);
  // Option<Vec<u8>>
  if (bytes[0] !== 1) throw new Error(`The runtime has no metadata of version ${VERSION}.`);
  const [, metadata] = compactStripLength(bytes.subarray(1));
  return u8aToHex(metadata);
}
