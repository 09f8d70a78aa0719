// SPDX-License-Identifier: GPL-3.0-only
// snarkjs where there are no processes, such as in a browser: the caller brings the bytes of the keys. In a browser the
// arithmetic runs in snarkjs' own web workers; elsewhere it blocks the thread that it is called from. A proof that was cancelled
// or timed out is given up at once, but its computation ends only when it ends.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import {
  type CircuitId,
  encodeVerifyingKey,
  type Statement,
} from '@training-ledger/protocol/statements';
import type { Prover } from './prover.ts';
import { type Backend, createQueuedProver, type ProverLimits } from './queue.ts';
import { calculateWitness, proveWitness } from './snarkjs.ts';
import type { Result } from './tasks.ts';

/** The files of a circuit, as `keys/<circuit>` has them. */
export interface CircuitBytes {
  /** circuit.wasm, not compressed. */
  readonly wasm: Uint8Array;
  /** circuit.zkey */
  readonly zkey: Uint8Array;
  /** verification_key.json */
  readonly verificationKey: Parameters<typeof encodeVerifyingKey>[0];
}

/** Where a portable prover gets its keys from. */
export interface PortableProverOptions extends ProverLimits {
  /** Fetches a circuit's files. */
  readonly load: (circuit: CircuitId) => Promise<CircuitBytes>;
  /** sha256 in hex that the files must have: those of keys/manifest.json. */
  readonly pinned: (circuit: CircuitId) => { readonly wasm: string; readonly zkey: string };
}

/** A prover on snarkjs in the calling process. Files are fetched for every proof: cache them in `load`. */
export function createPortableProver({ load, pinned, ...limits }: PortableProverOptions): Prover {
  let current: object | undefined;
  const run: Backend['run'] = (statement, onPhase, onResult) => {
    const own = {};
    current = own;
    const isCurrent = (): boolean => current === own;
    void prove(statement, (phase) => isCurrent() && onPhase?.(phase)).then((result) => {
      if (isCurrent()) onResult(result);
    });
  };
  const prove = async (
    statement: Statement,
    onPhase: (phase: 'witness' | 'proof') => void,
  ): Promise<Result> => {
    const files = await sound(statement.circuit);
    if (files === undefined) return { error: 'KEYS_INVALID' };
    onPhase('witness');
    const witness = await calculateWitness(statement.inputs, files.wasm);
    if (witness === undefined) return { error: 'WITNESS_INVALID' };
    onPhase('proof');
    return proveWitness(files.zkey, witness);
  };
  const sound = async (circuit: CircuitId): Promise<CircuitBytes | undefined> => {
    try {
      const files = await load(circuit);
      const { wasm, zkey } = pinned(circuit);
      const isPinned = (bytes: Uint8Array, hash: string): boolean =>
        bytesToHex(sha256(bytes)) === hash;
      return isPinned(files.wasm, wasm) && isPinned(files.zkey, zkey) ? files : undefined;
    } catch {
      return undefined;
    }
  };
  const stop = (): void => {
    current = undefined;
  };
  const verifying = async (circuit: CircuitId): Promise<Uint8Array> =>
    encodeVerifyingKey((await load(circuit)).verificationKey);
  return createQueuedProver({ name: 'snarkjs (portable)', run, stop }, verifying, limits);
}
