// SPDX-License-Identifier: GPL-3.0-only
// The keys that ship with the package. They are development keys: see README.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type CircuitId, encodeVerifyingKey } from './statements/index.ts';

const KEYS = new URL('../keys/', import.meta.url);
const verifyingKeys = new Map<CircuitId, Promise<Uint8Array>>();

/** Files that a prover reads: the witness calculator and the proving key. */
export function provingFiles(circuit: CircuitId): { wasm: string; zkey: string } {
  const file = (name: string): string => fileURLToPath(new URL(`${circuit}/${name}`, KEYS));
  return { wasm: file('circuit.wasm'), zkey: file('circuit.zkey') };
}

/** The verifying key of a circuit as it is registered on chain: arkworks' compressed form. */
export function verifyingKeyBytes(circuit: CircuitId): Promise<Uint8Array> {
  let key = verifyingKeys.get(circuit);
  if (key === undefined) {
    key = readFile(new URL(`${circuit}/verification_key.json`, KEYS), 'utf8').then((json) =>
      encodeVerifyingKey(JSON.parse(json)),
    );
    verifyingKeys.set(circuit, key);
  }
  return key;
}
