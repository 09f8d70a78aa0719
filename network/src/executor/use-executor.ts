// SPDX-License-Identifier: Apache-2.0
// Which executor runs the runtimes of this process' chains, and for how long. All chains share it; it ends with the last network.
import type { getWorker } from '@acala-network/chopsticks-core';
import { ExecutorError } from './errors.ts';
import { NativeExecutor } from './native-executor.ts';
import { findExecutorProgram, type ProgramPlaces } from './program.ts';

/** Chooses an executor where none is named in code: `auto`, `native` or `chopsticks`. */
export const EXECUTOR_VARIABLE = 'TRAINING_LEDGER_EXECUTOR';

/** The program of network/native, or Chopsticks' own, a thread of WebAssembly. */
export type ExecutorKind = 'native' | 'chopsticks';
/** `auto`: the one that runs already, else the program where there is one, else Chopsticks' own. */
export type ExecutorChoice = ExecutorKind | 'auto';

const CHOICES: readonly string[] = ['auto', 'native', 'chopsticks'] satisfies ExecutorChoice[];

type Worker = Awaited<ReturnType<typeof getWorker>>;

interface InUse {
  readonly kind: ExecutorKind;
  users: number;
  /** Ends it. */
  stop(): Promise<void>;
}

let inUse: InUse | undefined;
/** Chopsticks' worker that this module has taken over, with Chopsticks' own executor ended. */
let taken: Worker | undefined;
/** One takes or gives back at a time. */
let last: Promise<unknown> = Promise.resolve();
let hasWarned = false;

/** The executor that runs; undefined if none does. */
export function executorInUse(): ExecutorKind | undefined {
  return inUse?.kind;
}

/**
 * Takes a share of the executor; the function that it gives returns it, and may be called again.
 * @param choice by default what {@link EXECUTOR_VARIABLE} says, else `auto`.
 * @param places where programs are looked for.
 * @throws ExecutorError `EXECUTOR_UNKNOWN`; `EXECUTOR_IN_USE` if another kind runs; with `native`, `EXECUTOR_MISSING` or
 * `EXECUTOR_DAMAGED`.
 */
export async function useExecutor(
  choice: ExecutorChoice = choiceOfEnvironment(),
  places: ProgramPlaces = {},
): Promise<() => Promise<void>> {
  checkChoice(choice, 'There is no such executor.');
  await inTurn(() => take(choice, places));
  let isReleased = false;
  return async () => {
    if (isReleased) return;
    isReleased = true;
    await inTurn(release);
  };
}

/** Loaded when it is needed: its loggers take their level then. */
function chopsticks(): Promise<typeof import('@acala-network/chopsticks-core')> {
  process.env['LOG_LEVEL'] ??= 'fatal';
  return import('@acala-network/chopsticks-core');
}

function inTurn<T>(step: () => Promise<T>): Promise<T> {
  const turn = last.then(step);
  last = turn.catch(() => {});
  return turn;
}

async function take(choice: ExecutorChoice, places: ProgramPlaces): Promise<void> {
  if (inUse !== undefined && choice !== 'auto' && choice !== inUse.kind) {
    throw new ExecutorError('EXECUTOR_IN_USE', 'The chains of a process share one executor.', {
      details: `"${choice}" was asked for while "${inUse.kind}" runs.`,
      hint: 'Stop the other networks first, or ask for the same executor.',
    });
  }
  inUse ??= await start(choice, places);
  inUse.users += 1;
}

async function release(): Promise<void> {
  if (inUse === undefined) return;
  inUse.users -= 1;
  if (inUse.users > 0) return;
  const { stop } = inUse;
  inUse = undefined;
  await stop();
}

async function start(choice: ExecutorChoice, places: ProgramPlaces): Promise<InUse> {
  const native = choice === 'chopsticks' ? undefined : await findNative(choice, places);
  if (native === undefined) {
    await giveBack();
    return { kind: 'chopsticks', users: 0, stop: (await chopsticks()).destroyWorker };
  }
  taken = await takeOver();
  taken.remote = asRemote(native) as Worker['remote'];
  taken.terminate = () => native.close();
  return { kind: 'native', users: 0, stop: () => rest(native) };
}

async function findNative(
  choice: ExecutorChoice,
  places: ProgramPlaces,
): Promise<NativeExecutor | undefined> {
  try {
    const program = await findExecutorProgram(places);
    if (program !== undefined) return new NativeExecutor(program);
  } catch (error) {
    if (choice === 'native' || !(error instanceof ExecutorError)) throw error;
    if (!hasWarned) {
      process.emitWarning(`${error.message} Chopsticks' own executor, which is slower, runs.`);
    }
    hasWarned = true;
    return undefined;
  }
  if (choice === 'auto') return undefined;
  throw new ExecutorError('EXECUTOR_MISSING', 'There is no native executor for this machine.', {
    details: `None ships for ${process.platform}-${process.arch}, or it does not start here.`,
    hint: 'Build it with "npm run executor:build" in the repository, or choose "chopsticks" or "auto".',
  });
}

/** `getWorker()` gives every caller the same object, through whose `remote` all requests go: what is put there does them. */
async function takeOver(): Promise<Worker> {
  const { getWorker } = await chopsticks();
  const worker = await getWorker();
  if (worker !== taken) await worker.terminate();
  return worker;
}

/** Chopsticks' own executor starts again when it is needed. */
async function giveBack(): Promise<void> {
  if (taken === undefined) return;
  taken = undefined;
  await (await chopsticks()).destroyWorker();
}

/** Ends the program. Whoever still asks without a share is served by Chopsticks' own executor. */
async function rest(native: NativeExecutor): Promise<void> {
  const own = async (method: string, args: unknown[]): Promise<unknown> => {
    await inTurn(async () => {
      if (inUse === undefined) await giveBack();
    });
    const { remote } = await (await chopsticks()).getWorker();
    return (remote as unknown as Record<string, (...args: unknown[]) => unknown>)[method]?.(
      ...args,
    );
  };
  if (taken !== undefined) {
    const methods = {
      get:
        (_: object, method: string) =>
        (...args: unknown[]) =>
          own(method, args),
    };
    taken.remote = asRemote(new Proxy({}, methods)) as Worker['remote'];
    taken.terminate = async () => {};
  }
  await native.close();
}

/** `destroyWorker()` calls a method of a remote whose name is a symbol of Comlink's; there is nothing to let go of here. */
function asRemote(executor: object): unknown {
  return new Proxy(executor, {
    get: (target, name) => {
      if (typeof name === 'symbol') return () => {};
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

function choiceOfEnvironment(): ExecutorChoice {
  const named = process.env[EXECUTOR_VARIABLE];
  if (named === undefined || named === '') return 'auto';
  checkChoice(named, `${EXECUTOR_VARIABLE} names no executor.`);
  return named;
}

function checkChoice(choice: string, message: string): asserts choice is ExecutorChoice {
  if (CHOICES.includes(choice)) return;
  throw new ExecutorError('EXECUTOR_UNKNOWN', message, {
    details: `"${choice}" is not one of ${CHOICES.join(', ')}.`,
  });
}
