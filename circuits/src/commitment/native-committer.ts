// SPDX-License-Identifier: GPL-3.0-only
// Vector commitments by the native program (circuits/native/src/commit.rs has the conversation), in a process that starts with the
// first commitment, again after it died, and keeps nobody's process alive.
import { FramedProgram } from '../prover/framed-program.ts';
import { findNativeProver, type NativeProver, PROVER_VARIABLE } from '../prover/native.ts';
import {
  CommitterError,
  type CommitterOptions,
  closedError,
  type VectorCommitter,
} from './committer.ts';
import { generatorsFile } from './generators.ts';
import { Lock } from './lock.ts';
import { type Combination, wrongOpenings } from './openings.ts';
import { type PackedVector, sizeError, type Vector, valueError } from './packed.ts';

type Answer = {
  readonly commitment?: string;
  readonly done?: boolean;
  readonly opens?: boolean;
  readonly error?: 'MALFORMED';
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * A committer on halo2curves, compiled for this machine.
 * @throws CommitterError `NOT_AVAILABLE` if there is no native program that runs here.
 */
export function createNativeVectorCommitter({ cache }: CommitterOptions = {}): VectorCommitter {
  const native = findNativeProver();
  if (native === undefined) {
    throw new CommitterError(
      'NOT_AVAILABLE',
      'There is no native program that runs on this machine.',
      {
        hint: `Build it with "npm run prover:build", name one in ${PROVER_VARIABLE}, or use WASM.`,
      },
    );
  }
  return new NativeCommitter(native, generatorsFile(cache));
}

class NativeCommitter implements VectorCommitter {
  readonly backend: string;
  readonly #start: () => FramedProgram;
  readonly #checks = new Lock();
  #program: FramedProgram | undefined;
  #isClosed = false;

  constructor({ file, origin }: NativeProver, generators: string) {
    this.backend = `native (${origin})`;
    this.#start = () => new FramedProgram(file, ['commit', generators]);
  }

  async commit(vector: Vector): Promise<Uint8Array> {
    const wrong = sizeError(vector);
    if (wrong !== undefined) throw wrong;
    const { bytes, streams } = formOf(vector);
    const header = { command: 'commit', bytes: bytes.length, streams };
    const { commitment } = await this.#ask(this.#running(), header, bytes);
    if (commitment === undefined) throw valueError(vector);
    return new Uint8Array(Buffer.from(commitment, 'hex'));
  }

  checkOpenings: VectorCommitter['checkOpenings'] = (openings, read) =>
    this.#checks.run(() => wrongOpenings(() => this.#begin(), openings, read));

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#program?.stop();
  }

  /** A combination in the program that runs now: if that dies, so does the combination, and nobody is named for what it lost. */
  async #begin(): Promise<Combination> {
    const program = this.#running();
    await this.#ask(program, { command: 'begin' });
    return {
      add: async (coefficient, commitment, vector) => {
        if (sizeError(vector) !== undefined) return false;
        const { bytes, streams } = formOf(vector);
        const header = {
          command: 'add',
          coefficient: hex(coefficient),
          // Of something longer a part is enough to be refused.
          commitment: hex(commitment.subarray(0, 33)),
          bytes: bytes.length,
          streams,
        };
        return (await this.#ask(program, header, bytes)).done === true;
      },
      holds: async () => (await this.#ask(program, { command: 'finish' })).opens === true,
    };
  }

  #running(): FramedProgram {
    if (this.#isClosed) throw closedError();
    if (this.#program === undefined || this.#program.hasEnded) this.#program = this.#start();
    return this.#program;
  }

  async #ask(program: FramedProgram, header: object, vector?: Uint8Array): Promise<Answer> {
    if (this.#isClosed) throw closedError();
    try {
      return (await program.request(header, vector)) as Answer;
    } catch (cause) {
      if (this.#isClosed) throw closedError();
      throw new CommitterError('BACKEND', 'The native program ended without an answer.', { cause });
    }
  }
}

/** The bytes of a vector, and the streams if it is packed. */
const formOf = (vector: Vector): Pick<PackedVector, 'bytes'> & Partial<PackedVector> =>
  vector instanceof Uint8Array ? { bytes: vector } : vector;
