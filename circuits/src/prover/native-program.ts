// SPDX-License-Identifier: GPL-3.0-only
// Proofs by the native program (circuits/native): the witness goes as bytes behind a request.
import { FramedProgram } from './framed-program.ts';
import type { Result } from './tasks.ts';

type Answer =
  | { readonly proof: string; readonly publicInputs: readonly string[] }
  | { readonly error: 'KEYS_INVALID' | 'WITNESS_INVALID' | 'BACKEND' };

/** A running native prover. */
export class NativeProgram {
  readonly #program: FramedProgram;

  constructor(file: string) {
    this.#program = new FramedProgram(file, ['serve']);
  }

  /**
   * Proves a witness, the bytes of a `.wtns` file, with a key whose file has the pinned hash. One at a time.
   * @throws Error if the program ends or answers nonsense.
   */
  async prove(zkey: string, sha256: string, witness: Uint8Array): Promise<Result> {
    const header = { zkey, sha256, witness: witness.length };
    const answer = (await this.#program.request(header, witness)) as Answer;
    if ('error' in answer) return answer;
    const { proof, publicInputs } = answer;
    return {
      proof: new Uint8Array(Buffer.from(proof, 'hex')),
      publicInputs: publicInputs.map(BigInt),
    };
  }

  /** Ends the program. */
  stop(): void {
    this.#program.stop();
  }
}
