// SPDX-License-Identifier: GPL-3.0-only
// A child process that makes one proof at a time, started when first needed and again after it was stopped or died.
import { type ChildProcess, fork } from 'node:child_process';
import type { ProofPhase } from './prover.ts';
import type { Message, Result, Task } from './tasks.ts';

const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? './proving-program.ts' : './proving-program.js',
  import.meta.url,
);

interface Run {
  readonly onPhase: ((phase: ProofPhase) => void) | undefined;
  readonly onResult: (result: Result) => void;
}

/** Runs tasks in a process of its own; the caller gives it the next one after the result. */
export class ProvingProcess {
  #child: ChildProcess | undefined;
  #run: Run | undefined;

  /** Makes a proof. `onResult` is called once, unless {@link stop} comes first. */
  run(task: Task, onPhase: Run['onPhase'], onResult: Run['onResult']): void {
    this.#run = { onPhase, onResult };
    this.#child ??= this.#start();
    this.#keepAlive(this.#child, true);
    this.#child.send(task);
  }

  /** Ends the process, and with it the running task, whose result never comes. */
  stop(): void {
    const child = this.#child;
    this.#child = undefined;
    this.#run = undefined;
    child?.kill('SIGKILL');
  }

  #start(): ChildProcess {
    // The witness goes through the pipe: it never stands on a command line or in a file.
    const child = fork(PROGRAM, {
      execArgv: conditions(process.execArgv),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // A stopped process may still say something: only the current one counts.
    child.on('message', (message: Message) => {
      if (this.#child !== child) return;
      if ('phase' in message) this.#run?.onPhase?.(message.phase);
      else this.#finish(child, message);
    });
    const died = (): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#finish(child, { error: 'BACKEND' });
    };
    child.on('error', died);
    child.on('exit', died);
    return child;
  }

  #finish(child: ChildProcess, result: Result): void {
    const run = this.#run;
    this.#run = undefined;
    this.#keepAlive(child, false);
    run?.onResult(result);
  }

  /** An idle prover keeps nobody's process alive. */
  #keepAlive(child: ChildProcess, busy: boolean): void {
    if (busy) {
      child.ref();
      child.channel?.ref();
    } else {
      child.unref();
      child.channel?.unref();
    }
  }
}

/** Of a process's options those that decide what packages are read from. Others, such as a debugger's port, are its own. */
function conditions(options: readonly string[]): string[] {
  return options.filter(
    (option, i) =>
      /^(--conditions|-C)(=|$)/.test(option) || /^(--conditions|-C)$/.test(options[i - 1] ?? ''),
  );
}
