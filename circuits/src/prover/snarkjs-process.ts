// SPDX-License-Identifier: GPL-3.0-only
// The process behind the snarkjs prover: one proof after another. Not a worker thread, because ffjavascript's own threads
// cannot be started from one.
import { groth16, type CircuitSignals } from 'snarkjs';
import type { Statement } from '../statements/index.ts';
import { encodeProof } from '../statements/index.ts';

/** A proof to be made. */
export interface Task {
  readonly inputs: Statement['inputs'];
  readonly wasm: string;
  readonly zkey: string;
}

/** What came of it. */
export type Result =
  | { readonly proof: Uint8Array; readonly publicInputs: bigint[] }
  | { readonly error: 'WITNESS_INVALID' | 'BACKEND' };

process.on('message', async ({ inputs, wasm, zkey }: Task) => {
  let result: Result;
  try {
    const made = await groth16.fullProve(inputs as CircuitSignals, wasm, zkey);
    result = {
      proof: encodeProof(made.proof as Parameters<typeof encodeProof>[0]),
      publicInputs: made.publicSignals.map(BigInt),
    };
  } catch (error) {
    // The message of a failed assertion names signals, and could name their values: only its kind leaves the process.
    const failed = error instanceof Error && /Assert Failed|Not all inputs|Too many values/.test(error.message);
    result = { error: failed ? 'WITNESS_INVALID' : 'BACKEND' };
  }
  process.send?.(result);
});

// Nobody is left to prove for.
process.on('disconnect', () => process.exit(0));
