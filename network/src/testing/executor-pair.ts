// SPDX-License-Identifier: Apache-2.0
// The native executor and Chopsticks' own, side by side, to be asked the same.
import type { JsCallback } from '@acala-network/chopsticks-core';
import * as chopsticks from '@acala-network/chopsticks-executor';
import { NativeExecutor } from '../executor/native-executor.ts';
import type { ExecutorProgram } from '../executor/program.ts';
import type { Executor, Task } from '../executor/protocol.ts';

/** What came of a request: an answer, or why there is none. */
export type Outcome = { readonly answer: unknown } | { readonly thrown: string };

/** What Chopsticks' thread does, in this one. */
const CHOPSTICKS = {
  getRuntimeVersion: chopsticks.get_runtime_version,
  calculateStateRoot: chopsticks.calculate_state_root,
  createProof: chopsticks.create_proof,
  decodeProof: chopsticks.decode_proof,
  runTask: chopsticks.run_task,
} as Executor;

/** Two executors. */
export class ExecutorPair {
  readonly #native: NativeExecutor;

  constructor(program: ExecutorProgram) {
    this.#native = new NativeExecutor(program);
  }

  /** Asks both, first the native executor. */
  async ask(request: (executor: Executor) => Promise<unknown>): Promise<[Outcome, Outcome]> {
    return [await outcome(request(this.#native)), await outcome(request(CHOPSTICKS))];
  }

  /** Runs a task on both; each has a callback of its own. */
  run(task: Task, callback: () => JsCallback): Promise<[Outcome, Outcome]> {
    return this.ask((executor) => executor.runTask(task, callback()));
  }

  stop(): Promise<void> {
    return this.#native.close();
  }
}

async function outcome(promise: Promise<unknown>): Promise<Outcome> {
  try {
    return { answer: await promise };
  } catch (error) {
    return { thrown: error instanceof Error ? error.message : String(error) };
  }
}
