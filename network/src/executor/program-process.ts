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
  #said = '';
  #hasEnded = false;

  constructor(file: string, { onFrame, onEnd }: ProgramListener) {
    const child = spawn(file, ['serve'], { stdio: 'pipe' });
    this.#child = child;
    const splitter = new FrameSplitter();
    child.stdout.on('data', (chunk: Buffer) => {
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
    const { stdin, stdout, stderr } = this.#child;
    for (const handle of [this.#child, stdin, stdout, stderr] as unknown as Socket[]) {
      if (isBusy) handle.ref();
      else handle.unref();
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL');
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
