// SPDX-License-Identifier: GPL-3.0-only
// The process behind a prover: one witness and proof after another. Not a worker thread, because ffjavascript's own threads
// cannot be started from one. The proof itself is made by snarkjs here, or by the native program below this process.
import { createHash } from 'node:crypto';
import { readKeyFile } from '../keys.ts';
import { NativeProgram } from './native-program.ts';
import { calculateWitness, proveWitness } from './snarkjs.ts';
import type { Message, Result, Task } from './tasks.ts';

const tell = (message: Message): void => {
  process.send?.(message);
};

process.on('message', async (task: Task) => {
  tell(await run(task));
});

// Nobody is left to prove for.
process.on('disconnect', () => process.exit(0));

async function run(task: Task): Promise<Result> {
  const { inputs, wasm, pinned, native } = task;
  const calculator = await readPinned(wasm, pinned.wasm);
  if (calculator === undefined) return { error: 'KEYS_INVALID' };
  tell({ phase: 'witness' });
  const witness = await calculateWitness(inputs, calculator);
  if (witness === undefined) return { error: 'WITNESS_INVALID' };
  tell({ phase: 'proof' });
  return native === undefined ? proveHere(task, witness) : proveBelow(native, task, witness);
}

async function proveHere({ zkey, pinned }: Task, witness: Uint8Array): Promise<Result> {
  const key = await readPinned(zkey, pinned.zkey);
  return key === undefined ? { error: 'KEYS_INVALID' } : proveWitness(key, witness);
}

let program: NativeProgram | undefined;

async function proveBelow(
  native: string,
  { zkey, pinned }: Task,
  witness: Uint8Array,
): Promise<Result> {
  program ??= new NativeProgram(native);
  try {
    return await program.prove(zkey, pinned.zkey, witness);
  } catch {
    program.stop();
    program = undefined;
    return { error: 'BACKEND' };
  }
}

/** A file that has the pinned hash. snarkjs does not check a key's points: a wrong key would give worthless proofs. */
async function readPinned(file: string, sha256: string): Promise<Uint8Array | undefined> {
  const bytes = await readKeyFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  return createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : undefined;
}
