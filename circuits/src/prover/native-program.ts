// SPDX-License-Identifier: GPL-3.0-only
// Talks to the native prover (circuits/native): frames of a length and JSON, the witness as bytes behind a request.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Result } from './tasks.ts';

/** Longest answer that is read. */
const MAX_ANSWER = 1 << 16;

type Answer =
  | { readonly proof: string; readonly publicInputs: readonly string[] }
  | { readonly error: 'KEYS_INVALID' | 'WITNESS_INVALID' | 'BACKEND' };

/** A running native prover; it ends with the process that started it, because its input does. */
export class NativeProgram {
  readonly #child: ChildProcess;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((answer: Answer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  constructor(file: string) {
    const child = spawn(file, ['serve'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    const fail = (): void => this.#failed?.(new Error('The native prover ended.'));
    child.on('error', fail);
    child.on('exit', fail);
    // It may end while it is written to; that it ended is told above.
    child.stdin.on('error', () => {});
  }

  /**
   * Proves a witness, the bytes of a `.wtns` file, with a key whose file has the pinned hash. One at a time.
   * @throws Error if the program ends or answers nonsense.
   */
  async prove(zkey: string, sha256: string, witness: Uint8Array): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#answered = resolve;
    this.#failed = reject;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
      reject(new Error('The native prover ended.'));
    }
    const header = Buffer.from(JSON.stringify({ zkey, sha256, witness: witness.length }));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(header.length);
    for (const part of [length, header, witness]) this.#child.stdin?.write(part);
    const answer = await promise;
    if ('error' in answer) return answer;
    const { proof, publicInputs } = answer;
    return {
      proof: new Uint8Array(Buffer.from(proof, 'hex')),
      publicInputs: publicInputs.map(BigInt),
    };
  }

  /** Ends the program. */
  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    if (this.#received.length < 4) return;
    const length = this.#received.readUInt32LE();
    if (length > MAX_ANSWER) this.#failed?.(new Error('The native prover answers nonsense.'));
    else if (this.#received.length >= 4 + length) {
      const answer = this.#received.subarray(4, 4 + length).toString('utf8');
      this.#received = this.#received.subarray(4 + length);
      this.#answered?.(JSON.parse(answer));
    }
  }
}
