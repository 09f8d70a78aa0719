// SPDX-License-Identifier: Apache-2.0
// The process of one node, and what a test of faults does to it. A node is the leader of a process group of its own, so that its
// workers (polkadot compiles and runs parachains' code in separate processes) stop, go on and end with it.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NetworkError } from './errors.ts';
import type { Guard } from './guard.ts';

/** What a node's process is doing. */
export type NodeState = 'running' | 'paused' | 'ended';

/** How a node is started. */
export interface NodeCommand {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** File that takes its output, appended over restarts. */
  readonly log: string;
}

/** Milliseconds that a node gets to close its database. */
const GRACE = 10_000;
const LOG_LINES = 5;

/** A node's process. */
export class NodeProcess {
  readonly command: NodeCommand;
  readonly #guard: Guard;
  readonly #onExit: (error: NetworkError) => void;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #state: NodeState = 'ended';
  #expected = false;

  /** @param onExit told when the process ends without having been asked to */
  constructor(command: NodeCommand, guard: Guard, onExit: (error: NetworkError) => void) {
    this.command = command;
    this.#guard = guard;
    this.#onExit = onExit;
  }

  get state(): NodeState {
    return this.#state;
  }

  /** Id of the process, which is that of its group as well; undefined when it ended. */
  get pid(): number | undefined {
    return this.#state === 'ended' ? undefined : this.#child?.pid;
  }

  /** Starts the process. @throws NetworkError `NODE_STATE` if it runs. */
  start(): void {
    this.#require('ended', 'started');
    const { program, args, log } = this.command;
    mkdirSync(dirname(log), { recursive: true });
    const output = openSync(log, 'a');
    const child = spawn(program, args, { detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    this.#child = child;
    this.#state = 'running';
    this.#expected = false;
    if (child.pid !== undefined) this.#guard.add(child.pid);
    this.#exited = new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#state = 'ended';
        if (child.pid !== undefined) {
          signalGroup(child.pid, 'SIGKILL');
          this.#guard.remove(child.pid);
        }
        resolve();
        if (!this.#expected) void this.#report(reason);
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    });
  }

  /** SIGSTOP. @throws NetworkError `NODE_STATE` if it does not run. */
  pause(): void {
    this.#require('running', 'paused');
    this.#signal('SIGSTOP');
    this.#state = 'paused';
  }

  /** SIGCONT. @throws NetworkError `NODE_STATE` if it was not paused. */
  resume(): void {
    this.#require('paused', 'resumed');
    this.#signal('SIGCONT');
    this.#state = 'running';
  }

  /** SIGKILL, and waits for the end. @throws NetworkError `NODE_STATE` if it ended. */
  async kill(): Promise<void> {
    if (this.#state === 'ended') throw this.#wrong('killed');
    this.#expected = true;
    this.#signal('SIGKILL');
    await this.#exited;
  }

  /** Kills the process if there is one and starts it with the same arguments and data. */
  async restart(): Promise<void> {
    if (this.#state !== 'ended') await this.kill();
    this.start();
  }

  /** SIGTERM, and SIGKILL after 10 s. */
  async stop(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#expected = true;
    if (this.#state === 'paused') this.resume();
    this.#signal('SIGTERM');
    const timer = new AbortController();
    const late = sleep(GRACE, undefined, { signal: timer.signal }).then(
      () => this.#signal('SIGKILL'),
      () => {},
    );
    await this.#exited;
    timer.abort();
    await late;
  }

  /** SIGKILL without waiting: for the end of this process. */
  destroy(): void {
    this.#expected = true;
    this.#signal('SIGKILL');
  }

  async #report(reason: string): Promise<void> {
    const log = await readFile(this.command.log, 'utf8').catch(() => '');
    const lines = log.trim().split('\n').slice(-LOG_LINES).join('\n');
    this.#onExit(
      new NetworkError('NODE_EXITED', `Node ${this.command.name} ended by itself: ${reason}.`, {
        ...(lines === '' ? {} : { details: `It said last:\n${lines}` }),
      }),
    );
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#state !== 'ended' && this.#child?.pid !== undefined) {
      signalGroup(this.#child.pid, signal);
    }
  }

  #require(state: NodeState, done: string): void {
    if (this.#state !== state) throw this.#wrong(done);
  }

  #wrong(done: string): NetworkError {
    const { name } = this.command;
    return new NetworkError('NODE_STATE', `Node ${name} cannot be ${done}: it is ${this.#state}.`);
  }
}

/** A group that has ended meanwhile is no error. */
function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
