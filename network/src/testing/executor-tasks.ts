// SPDX-License-Identifier: Apache-2.0
// A storage of few keys to run tasks on, and the runtime of host-functions.wat.
import { readFile } from 'node:fs/promises';
import type { JsCallback } from '@acala-network/chopsticks-core';
import type { Hex, Task } from '../executor/protocol.ts';

/** The bytes of a text in hex. */
export const hexOf = (text: string): Hex => `0x${Buffer.from(text).toString('hex')}`;

/** The runtime whose entry points call host functions. */
export async function hostFunctions(): Promise<Hex> {
  const file = new URL('./host-functions.wasm', import.meta.url);
  return `0x${(await readFile(file)).toString('hex')}`;
}

/** A task that calls entry points with the same parameter. */
export function taskOf(
  wasm: Hex,
  calls: readonly string[],
  changes: Partial<Task> & { readonly parameter?: Hex } = {},
): Task {
  const { parameter = '0x', ...more } = changes;
  return {
    id: 0,
    wasm,
    calls: calls.map((name) => [name, [parameter]]),
    mockSignatureHost: 0,
    allowUnresolvedImports: false,
    runtimeLogLevel: 0,
    storageProofSize: 0,
    ...more,
  };
}

/** Answers from a storage, and notes the questions in `asked`. */
export function callbackOn(storage: Readonly<Record<Hex, Hex>>, asked: string[] = []): JsCallback {
  const keys = (Object.keys(storage) as Hex[]).sort();
  const note = (...question: string[]): void => void asked.push(question.join(' '));
  return {
    getStorage: async (key) => {
      note('get', key);
      return storage[key];
    },
    getNextKey: async (prefix, key) => {
      note('next', prefix, key);
      return keys.find((other) => other > key && other.startsWith(prefix));
    },
    offchainGetStorage: async (key) => {
      note('offchain', key);
      return storage[key];
    },
    offchainTimestamp: async () => 1_700_000_000_123,
    offchainRandomSeed: async () => `0x${'09'.repeat(32)}`,
    offchainSubmitTransaction: async (transaction) => {
      note('submit', transaction);
      return true;
    },
  };
}
