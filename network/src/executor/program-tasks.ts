// SPDX-License-Identifier: Apache-2.0
// Tasks of the native program: starts it, starts it again if it dies, and gives each task its answer.
import type { JsCallback } from '@acala-network/chopsticks-core';
import { ExecutorError, type ProgramEnd } from './errors.ts';
import { FrameReader, type FrameWriter } from './frames.ts';
import { type ExecutorProgram, verify } from './program.ts';
import { ProgramProcess } from './program-process.ts';
import { Answer, abort, askCallback, frame, Request, reply } from './protocol.ts';

/** Tasks that the program works on at once; it takes 256. The others wait. */
const MAX_RUNNING = 128;
/** Times that a task is begun before its program's death is its own. */
const MAX_RUNS = 2;
/** Times that a runtime is sent for one task; others may have taken its place meanwhile. */
const MAX_SENDS = 8;

/** A runtime and its number. */
export interface NumberedRuntime {
  readonly id: number;
  readonly wasm: string;
}

/** What the program is to do. */
export interface ProgramTask<T> {
  readonly kind: number;
  write(writer: FrameWriter): void;
  read(reader: FrameReader): T;
  readonly runtime?: NumberedRuntime;
  /** Whom the program asks. */
  readonly callback?: JsCallback | undefined;
}

interface Running {
  readonly id: number;
  readonly request: Buffer;
  readonly task: ProgramTask<unknown>;
  readonly answer: PromiseWithResolvers<unknown>;
  runs: number;
  sends: number;
  /** Why a question could not be answered. */
  failure?: { readonly error: unknown };
}

interface Run {
  readonly process: ProgramProcess;
  /** Numbers of the runtimes that it was sent. */
  readonly runtimes: Set<number>;
}

/** The tasks of one executor. */
export class ProgramTasks {
  readonly #program: ExecutorProgram;
  readonly #silence: number | undefined;
  readonly #running = new Map<number, Running>();
  readonly #waiting: Running[] = [];
  #run: Promise<Run> | undefined;
  #process: ProgramProcess | undefined;
  #nextId = 0;
  #isClosed = false;

  constructor(program: ExecutorProgram, silence?: number) {
    this.#program = program;
    this.#silence = silence;
  }

  /** The running program's process id, if it runs. */
  get pid(): number | undefined {
    return this.#process?.hasEnded === false ? this.#process.pid : undefined;
  }

  /**
   * Does a task. A task only reads, so that it is begun again if the program dies.
   * @throws ExecutorError `TASK_FAILED`; `EXECUTOR_DIED` if the program dies twice; what the callback throws.
   */
  async do<T>(task: ProgramTask<T>): Promise<T> {
    if (this.#isClosed) {
      throw new ExecutorError('EXECUTOR_CLOSED', 'The executor has been given back.');
    }
    const id = this.#nextId;
    this.#nextId = (id + 1) % 2 ** 32;
    const writer = frame(task.kind, id);
    task.write(writer);
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.push({ id, request: writer.finish(), task, answer, runs: 0, sends: 0 });
    this.#fill();
    return answer.promise as Promise<T>;
  }

  /** Ends the program. Tasks that are not done are rejected. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const error = new ExecutorError('EXECUTOR_CLOSED', 'The executor was given back meanwhile.');
    for (const { answer } of [...this.#running.values(), ...this.#waiting.splice(0)]) {
      answer.reject(error);
    }
    this.#running.clear();
    const run = await this.#run?.catch(() => undefined);
    await run?.process.close();
  }

  #fill(): void {
    while (this.#running.size < MAX_RUNNING) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running.set(next.id, next);
      this.#begin(next);
    }
  }

  #begin(one: Running): void {
    one.runs += 1;
    this.#run ??= this.#start();
    this.#run.then(
      (run) => this.#send(one, run),
      (error: unknown) => {
        // The next task tries again.
        this.#run = undefined;
        this.#finish(one, () => one.answer.reject(error));
      },
    );
  }

  #send(one: Running, { process, runtimes }: Run): void {
    // It was rejected meanwhile; or the process has ended, and the task is begun again.
    if (!this.#running.has(one.id) || process.hasEnded) return;
    process.keepAlive(true);
    const { runtime } = one.task;
    if (runtime !== undefined && !runtimes.has(runtime.id)) {
      runtimes.add(runtime.id);
      process.send(frame(Request.RUNTIME, runtime.id).rawHex(runtime.wasm).finish());
    }
    process.send(one.request);
  }

  async #start(): Promise<Run> {
    await verify(this.#program);
    const runtimes = new Set<number>();
    const listener = {
      onFrame: (content: Buffer) => this.#receive(content, { process, runtimes }),
      onEnd: (end: ProgramEnd) => this.#died(end),
    };
    const process = new ProgramProcess(this.#program.file, listener, this.#silence);
    this.#process = process;
    return { process, runtimes };
  }

  #died(end: ProgramEnd): void {
    this.#run = undefined;
    for (const one of this.#running.values()) {
      if (one.runs < MAX_RUNS) this.#begin(one);
      else this.#finish(one, () => one.answer.reject(diedError(end)));
    }
  }

  #receive(content: Buffer, run: Run): void {
    const reader = new FrameReader(content);
    const kind = reader.u8();
    const one = this.#running.get(reader.u32());
    // It was rejected meanwhile.
    if (one === undefined) return;
    switch (kind) {
      case Answer.DONE: {
        const value = one.task.read(reader);
        this.#finish(one, () => one.answer.resolve(value));
        break;
      }
      case Answer.FAILED: {
        const message = reader.text();
        const failed = one.failure?.error ?? new ExecutorError('TASK_FAILED', message);
        this.#finish(one, () => one.answer.reject(failed));
        break;
      }
      case Answer.RUNTIME_UNKNOWN:
        this.#sendRuntimeAgain(one, run);
        break;
      default:
        void this.#answerQuestion(kind, reader, one, run);
    }
  }

  #sendRuntimeAgain(one: Running, run: Run): void {
    one.sends += 1;
    if (one.task.runtime === undefined || one.sends > MAX_SENDS) {
      const error = new ExecutorError('TASK_FAILED', 'The executor keeps forgetting the runtime.');
      this.#finish(one, () => one.answer.reject(error));
      return;
    }
    run.runtimes.delete(one.task.runtime.id);
    this.#send(one, run);
  }

  async #answerQuestion(
    kind: number,
    reader: FrameReader,
    one: Running,
    { process }: Run,
  ): Promise<void> {
    const { callback } = one.task;
    let answer: Buffer;
    try {
      if (callback === undefined) throw new Error('The task came with nobody to ask.');
      answer = reply(one.id, await askCallback(kind, reader, callback));
    } catch (error) {
      one.failure = { error };
      answer = abort(one.id);
    }
    process.send(answer);
  }

  #finish(one: Running, settle: () => void): void {
    this.#running.delete(one.id);
    settle();
    this.#fill();
    if (this.#running.size === 0 && !this.#isClosed) this.#process?.keepAlive(false);
  }
}

function diedError(end: ProgramEnd): ExecutorError {
  const { exitCode, signal, said } = end;
  let how = 'It did not start.';
  if (signal !== undefined) how = `Signal ${signal} ended it.`;
  else if (exitCode !== undefined) how = `It ended with exit code ${exitCode}.`;
  return new ExecutorError('EXECUTOR_DIED', 'The native executor died twice in one task.', {
    details: said === '' ? how : `${how} It said: ${said}`,
    hint: 'Choose "chopsticks" to go on without it.',
    end,
  });
}
