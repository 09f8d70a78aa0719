// SPDX-License-Identifier: Apache-2.0
// One run of the native program. It ends with the process that started it, whatever ends that: its input ends then.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import type { ProgramEnd } from './errors.ts';
import { FrameSplitter } from './frames.ts';

/** How much of what the program writes to stderr is kept, in characters. */
const KEPT_STDERR = 2_000;
/** How long the program may take to end when its input has, in ms. */
const TIME_TO_END = 2_000;

/** How long a busy program may say nothing, in ms: nothing that a runtime does takes so long. */
const LONGEST_SILENCE = 120_000;

/** What a run of the program tells. */
export interface ProgramListener {
  /** The content of a frame. */
  onFrame(content: Buffer): void;
  /** Told once, after the last frame. */
  onEnd(end: ProgramEnd): void;
}

/** A running program. */
export class ProgramProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended = Promise.withResolvers<void>();
  readonly #silence: number;
  #said = '';
  #hasEnded = false;
  #watchdog: NodeJS.Timeout | undefined;

  /** @param silence how long it may say nothing while it is busy, in ms, before it is killed */
  constructor(file: string, { onFrame, onEnd }: ProgramListener, silence = LONGEST_SILENCE) {
    this.#silence = silence;
    const child = spawn(file, ['serve'], { stdio: 'pipe' });
    this.#child = child;
    const splitter = new FrameSplitter();
    child.stdout.on('data', (chunk: Buffer) => {
      this.#watchdog?.refresh();
      try {
        for (const content of splitter.push(chunk)) onFrame(content);
      } catch (error) {
        // Whatever it says next belongs to no task.
        this.#said += error instanceof Error ? error.message : String(error);
        child.stdout.removeAllListeners('data').resume();
        this.kill();
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-KEPT_STDERR);
    });
    const end = (exitCode: number | null, signal: NodeJS.Signals | null): void => {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      clearTimeout(this.#watchdog);
      this.#ended.resolve();
      const said = this.#said.trim();
      onEnd({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, said });
    };
    // Once its output has been read, too.
    child.on('close', end);
    child.on('error', (error) => {
      this.#said += error.message;
      if (child.pid === undefined) end(null, null);
    });
    // It may end while it is written to; that it ended is told above.
    child.stdin.on('error', () => {});
    this.keepAlive(false);
  }

  /** Undefined if it did not start. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  send(frame: Buffer): void {
    this.#child.stdin.write(frame);
  }

  /** Whether this process goes on as long as the program does. */
  keepAlive(isBusy: boolean): void {
    this.#watch(isBusy);
    const { stdin, stdout, stderr } = this.#child;
    for (const handle of [this.#child, stdin, stdout, stderr] as unknown as Socket[]) {
      if (isBusy) handle.ref();
      else handle.unref();
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #watch(isBusy: boolean): void {
    if (!isBusy || this.#hasEnded) {
      clearTimeout(this.#watchdog);
      this.#watchdog = undefined;
    } else if (this.#watchdog === undefined) {
      this.#watchdog = setTimeout(() => {
        this.#said += `It said nothing for ${this.#silence} ms.`;
        this.kill();
      }, this.#silence);
    }
  }

  /** Ends the program and waits until it has ended. */
  async close(): Promise<void> {
    if (this.#hasEnded) return;
    // A process with nothing else to do would end before this promise settles.
    this.keepAlive(true);
    this.#child.stdin.end();
    const timer = setTimeout(() => this.kill(), TIME_TO_END);
    await this.#ended.promise;
    clearTimeout(timer);
  }
}
