// SPDX-License-Identifier: GPL-3.0-only
// The process behind the snarkjs prover: one proof after another. Not a worker thread, because ffjavascript's own threads
// cannot be started from one.
import { createHash } from 'node:crypto';
import { type CircuitSignals, groth16, wtns } from 'snarkjs';
import { type ProvingFiles, readKeyFile } from '../keys.ts';
import { encodeProof, type JsonProof, type Statement } from '../statements/index.ts';
import type { ProofPhase } from './prover.ts';

/** A proof to be made. */
export interface Task extends ProvingFiles {
  readonly inputs: Statement['inputs'];
}

/** What came of it. */
export type Result =
  | { readonly proof: Uint8Array; readonly publicInputs: bigint[] }
  | { readonly error: 'WITNESS_INVALID' | 'KEYS_INVALID' | 'BACKEND' };

/** What the process tells: a phase that begins, or the end. */
export type Message = { readonly phase: ProofPhase } | Result;

const tell = (message: Message): void => {
  process.send?.(message);
};

process.on('message', async (task: Task) => {
  tell(await run(task));
});

// Nobody is left to prove for.
process.on('disconnect', () => process.exit(0));

async function run({ inputs, wasm, zkey, pinned }: Task): Promise<Result> {
  const [calculator, key] = await Promise.all([
    readPinned(wasm, pinned.wasm),
    readPinned(zkey, pinned.zkey),
  ]);
  if (calculator === undefined || key === undefined) return { error: 'KEYS_INVALID' };
  const witness: { readonly type: 'mem'; data?: Uint8Array } = { type: 'mem' };
  tell({ phase: 'witness' });
  try {
    await wtns.calculate(inputs as CircuitSignals, calculator, witness);
  } catch {
    // The message names signals, and could name their values: only its kind leaves the process.
    return { error: 'WITNESS_INVALID' };
  }
  tell({ phase: 'proof' });
  try {
    const { proof, publicSignals } = await groth16.prove(key, witness.data as Uint8Array);
    return { proof: encodeProof(proof as JsonProof), publicInputs: publicSignals.map(BigInt) };
  } catch {
    return { error: 'BACKEND' };
  }
}

/** A file that has the pinned hash. snarkjs does not check a key's points: a wrong key would give worthless proofs. */
async function readPinned(file: string, sha256: string): Promise<Uint8Array | undefined> {
  const bytes = await readKeyFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : undefined;
}
