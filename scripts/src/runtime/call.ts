// SPDX-License-Identifier: Apache-2.0
// Calls entry points of a runtime without a node.
import { runTask } from '@acala-network/chopsticks-core';
import { u8aToHex } from '@polkadot/util';

type Hex = `0x${string}`;
type TaskHandler = Parameters<typeof runTask>[1];

/** What a call returned and which storage it wrote. */
export interface RuntimeCallResult {
  readonly result: Hex;
  readonly storageDiff: readonly (readonly [Hex, Hex | null])[];
}

/** An empty state: entry points that need none. */
const emptyState = {
  getStorage: async () => undefined,
  getNextKey: async () => undefined,
  getStateRoot: async () => `0x${'00'.repeat(32)}`,
  offchainGetStorage: async () => undefined,
  offchainTimestamp: async () => 0,
  offchainRandomSeed: async () => `0x${'00'.repeat(32)}`,
  offchainSubmitTransaction: async () => false,
} as unknown as TaskHandler;

/**
 * Calls `method` of the runtime on an empty state.
 * @throws Error with the runtime's message if it traps.
 */
export async function callRuntime(
  wasm: Uint8Array,
  method: string,
  parameters: Uint8Array,
): Promise<RuntimeCallResult> {
  const response = await runTask(
    {
      wasm: u8aToHex(wasm),
      calls: [[method, [u8aToHex(parameters)]]],
      mockSignatureHost: false,
      allowUnresolvedImports: false,
      runtimeLogLevel: 0,
    },
    emptyState,
  );
  if (!('Call' in response))
    throw new Error(`${method}: ${JSON.stringify(response).slice(0, 500)}`);
  return response.Call as RuntimeCallResult;
}
