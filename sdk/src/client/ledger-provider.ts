// SPDX-License-Identifier: Apache-2.0
// The connection beneath polkadot-js. When a runtime is upgraded, polkadot-js asks for its metadata by a method whose answer leaves the
// runtime APIs out: after that, none of them could be called.
import { WsProvider } from '@polkadot/api';
import { compactStripLength, hexToU8a, u8aToHex } from '@polkadot/util';

/** Metadata version that has runtime APIs, as SCALE's u32. */
const VERSION = '0x0f000000';

/** A WebSocket provider whose metadata is whole. */
export class LedgerProvider extends WsProvider {
  override async send<T>(
    method: string,
    params: unknown[],
    isCacheable?: boolean,
    subscription?: Parameters<WsProvider['send']>[3],
  ): Promise<T> {
    if (method !== 'state_getMetadata') {
      return super.send(method, params, isCacheable, subscription);
    }
    const call = ['Metadata_metadata_at_version', VERSION, ...params];
    const metadata = hexToU8a(await super.send<string>('state_call', call, isCacheable));
    // Option<Vec<u8>>
    if (metadata[0] !== 1) return super.send(method, params, isCacheable);
    return u8aToHex(compactStripLength(metadata.subarray(1))[1]) as T;
  }
}
