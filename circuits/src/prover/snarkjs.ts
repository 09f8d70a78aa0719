// SPDX-License-Identifier: GPL-3.0-only
// The two steps of a proof with snarkjs, the same in a process of its own and in the caller's.

// Not from the index: the process behind a prover needs nothing else of the statements.
import { encodeProof, type JsonProof } from '@training-ledger/protocol/groth16-encoding';
import type { Statement } from '@training-ledger/protocol/statements';
import { type CircuitSignals, groth16, wtns } from 'snarkjs';
import type { Result } from './tasks.ts';

/**
 * The bytes of a `.wtns` file for a statement's inputs; undefined if they satisfy no constraint system of this calculator. What is
 * wrong is not told: the messages name signals, and could name their values.
 */
export async function calculateWitness(
  inputs: Statement['inputs'],
  calculator: Uint8Array,
): Promise<Uint8Array | undefined> {
  const witness: { readonly type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  try {
    await wtns.calculate(inputs as CircuitSignals, calculator, witness);
    return witness.data;
  } catch {
    return undefined;
  }
}

/** Proves a witness. snarkjs does not check a key's points: the caller holds the key against its pinned hash. */
export async function proveWitness(key: Uint8Array, witness: Uint8Array): Promise<Result> {
  try {
    const { proof, publicSignals } = await groth16.prove(key, witness);
    return { proof: encodeProof(proof as JsonProof), publicInputs: publicSignals.map(BigInt) };
  } catch {
    return { error: 'BACKEND' };
  }
}
