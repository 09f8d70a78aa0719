// SPDX-License-Identifier: Apache-2.0
// Does with the native program what Chopsticks' executor does in a thread of WebAssembly: the same answers to the same requests.
import type { JsCallback, TaskResponse } from '@acala-network/chopsticks-core';
import { ExecutorError } from './errors.ts';
import type { ExecutorProgram } from './program.ts';
import { type NumberedRuntime, ProgramTasks } from './program-tasks.ts';
import {
  type Ahead,
  type Executor,
  type Hex,
  Request,
  readCall,
  readVersion,
  type Task,
  writeCall,
} from './protocol.ts';
import { RememberedKeys } from './remembered-keys.ts';

/** Runtimes whose numbers are remembered. */
const MAX_RUNTIMES = 16;

/** An executor whose tasks a native program does. */
export class NativeExecutor implements Executor {
  readonly #tasks: ProgramTasks;
  readonly #keys = new RememberedKeys();
  /** Numbers by code; the first was not used for longest. */
  readonly #runtimes = new Map<string, NumberedRuntime>();
  #nextRuntime = 0;

  /** @param silence how long a busy program may say nothing, in ms, before it is started anew */
  constructor(program: ExecutorProgram, silence?: number) {
    this.#tasks = new ProgramTasks(program, silence);
  }

  /** Process id of the program, if it runs. */
  get pid(): number | undefined {
    return this.#tasks.pid;
  }

  getRuntimeVersion(wasm: Hex): ReturnType<Executor['getRuntimeVersion']> {
    const runtime = this.#runtime(wasm);
    return this.#tasks.do({
      kind: Request.VERSION,
      write: (writer) => writer.u32(runtime.id),
      read: readVersion,
      runtime,
    });
  }

  async calculateStateRoot(entries: [Hex, Hex][], version: number): Promise<Hex> {
    if (version !== 0 && version !== 1) {
      throw new ExecutorError('REQUEST_INVALID', `There is no state version ${version}.`);
    }
    return this.#tasks.do({
      kind: Request.STATE_ROOT,
      write: (writer) =>
        writer.u8(version).list(entries, ([key, value]) => writer.hex(key).hex(value)),
      read: (reader) => reader.hex(),
    });
  }

  decodeProof(root: Hex, nodes: Hex[]): ReturnType<Executor['decodeProof']> {
    return this.#tasks.do({
      kind: Request.DECODE_PROOF,
      write: (writer) => writer.hex(root).list(nodes, (node) => writer.hex(node)),
      // The type of Chopsticks says that there is exactly one.
      read: (reader) => reader.list(() => [reader.hex(), reader.hex()]) as unknown as [[Hex, Hex]],
    });
  }

  createProof(nodes: Hex[], updates: [Hex, Hex | null][]): Promise<[Hex, Hex[]]> {
    return this.#tasks.do({
      kind: Request.CREATE_PROOF,
      write: (writer) =>
        writer
          .list(nodes, (node) => writer.hex(node))
          .list(updates, ([key, value]) => writer.hex(key).option(value)),
      read: (reader) => [reader.hex(), reader.list(() => reader.hex())],
    });
  }

  /** As in Chopsticks, what goes wrong in the runtime is an answer, and what goes wrong in the callback is thrown. */
  async runTask(task: Task, callback?: JsCallback): Promise<TaskResponse> {
    const runtime = this.#runtime(task.wasm);
    const entryPoint = `${runtime.id} ${task.calls[0]?.[0]}`;
    const ahead = callback === undefined ? [] : await this.#ahead(entryPoint, callback);
    const asked = new Set<string>();
    try {
      const { call, used } = await this.#tasks.do({
        kind: Request.CALL,
        write: (writer) => writeCall(writer, runtime.id, task, ahead),
        read: readCall,
        runtime,
        callback: callback && recorded(callback, asked),
      });
      const wasRead = new Map(ahead.map(([key], i) => [key, used[i] === 1]));
      this.#keys.learn(entryPoint, wasRead, asked);
      return { Call: call };
    } catch (error) {
      if (!(error instanceof ExecutorError) || error.code !== 'TASK_FAILED') throw error;
      return { Error: error.shortMessage };
    }
  }

  /** Ends the program. */
  close(): Promise<void> {
    return this.#tasks.close();
  }

  /** What the calls will probably read. A value that cannot be had now is asked for if it is needed. */
  async #ahead(entryPoint: string, callback: JsCallback): Promise<Ahead> {
    const keys = this.#keys.of(entryPoint) as Hex[];
    const values = await Promise.allSettled(keys.map(async (key) => callback.getStorage(key)));
    return values.flatMap((value, i) =>
      value.status === 'fulfilled' ? [[keys[i] as Hex, value.value] as const] : [],
    );
  }

  #runtime(wasm: string): NumberedRuntime {
    const runtime = this.#runtimes.get(wasm) ?? { id: this.#nextRuntime++, wasm };
    this.#runtimes.delete(wasm);
    this.#runtimes.set(wasm, runtime);
    for (const [oldest] of this.#runtimes) {
      if (this.#runtimes.size <= MAX_RUNTIMES) break;
      this.#runtimes.delete(oldest);
    }
    return runtime;
  }
}

/** The same callback, which notes the storage keys that are asked for. */
function recorded(callback: JsCallback, asked: Set<string>): JsCallback {
  const getStorage: JsCallback['getStorage'] = (key) => {
    asked.add(key);
    return callback.getStorage(key);
  };
  return Object.assign(Object.create(callback) as JsCallback, { getStorage });
}
