// SPDX-License-Identifier: GPL-3.0-only
// Talks to the native program (circuits/native): frames of a length and JSON, bytes behind a request.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Longest answer that is read. */
const MAX_ANSWER = 1 << 16;

/** A running native program; it ends with the process that started it, because its input does. */
export class FramedProgram {
  readonly #child: ChildProcess;
  #received: Buffer = Buffer.alloc(0);
  /** Requests without an answer, the oldest first. */
  readonly #pending: PromiseWithResolvers<unknown>[] = [];

  constructor(file: string, args: readonly string[]) {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => this.#receive(chunk));
    const fail = (): void => this.#fail('The native program ended.');
    child.on('error', fail);
    child.on('exit', fail);
    // It may end while it is written to; that it ended is told above.
    child.stdin.on('error', () => {});
    this.#keepAlive(false);
  }

  /** Whether it runs no more: it never answers again. */
  get hasEnded(): boolean {
    const { pid, exitCode, signalCode, killed } = this.#child;
    return pid === undefined || exitCode !== null || signalCode !== null || killed;
  }

  /**
   * The answer to a request with the bytes that its header announces, which must stay as they are until then. More may be asked
   * meanwhile: answers come in the order of requests. Idle, it keeps nobody's process alive.
   * @throws Error if the program ends or answers nonsense.
   */
  async request(header: object, payload: Uint8Array = new Uint8Array()): Promise<unknown> {
    if (this.hasEnded) throw new Error('The native program ended.');
    const pending = Promise.withResolvers<unknown>();
    this.#pending.push(pending);
    this.#keepAlive(true);
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(json.length);
    const { stdin } = this.#child;
    // In one system call.
    stdin?.cork();
    stdin?.write(Buffer.concat([length, json]));
    if (payload.length > 0) stdin?.write(payload);
    stdin?.uncork();
    return pending.promise;
  }

  /** Ends the program. */
  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= 4) {
      const length = this.#received.readUInt32LE();
      const isTooLong = length > MAX_ANSWER;
      if (!isTooLong && this.#received.length < 4 + length) break;
      if (isTooLong || !this.#answer(this.#received.toString('utf8', 4, 4 + length))) {
        this.#nonsense();
        break;
      }
      this.#received = this.#received.subarray(4 + length);
    }
  }

  /** Gives the oldest request its answer; false if it is none. */
  #answer(json: string): boolean {
    try {
      this.#pending[0]?.resolve(JSON.parse(json));
    } catch {
      return false;
    }
    this.#pending.shift();
    if (this.#pending.length === 0) this.#keepAlive(false);
    return true;
  }

  /** Whatever it says next belongs to no request. */
  #nonsense(): void {
    this.#fail('The native program answers nonsense.');
    this.stop();
  }

  #fail(message: string): void {
    for (const { reject } of this.#pending.splice(0)) reject(new Error(message));
    this.#keepAlive(false);
  }

  #keepAlive(busy: boolean): void {
    const { stdin, stdout } = this.#child;
    for (const handle of [this.#child, stdin as Socket | null, stdout as Socket | null]) {
      if (busy) handle?.ref();
      else handle?.unref();
    }
  }
}
