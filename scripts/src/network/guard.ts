// SPDX-License-Identifier: Apache-2.0
// Ends the nodes when this process dies without ending them, even by SIGKILL: a shell that waits for the end of a pipe from this
// process, which the system closes in any case, and then kills the process groups that it was told last.
import { type ChildProcess, spawn } from 'node:child_process';

const SCRIPT = [
  'groups=',
  'while IFS= read -r line; do groups=$line; done',
  'for group in $groups; do kill -s KILL -- "-$group"; done',
  'if [ -n "$1" ]; then sleep 1; rm -rf -- "$1"; fi',
].join('\n');

/** Watches over process groups. */
export class Guard {
  readonly #shell: ChildProcess;
  #groups: ReadonlySet<number> = new Set();

  /** @param directory what is removed after the groups ended; nothing by default */
  constructor(directory = '') {
    // A group of its own: Ctrl-C in a terminal reaches the whole group of this process.
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'guard', directory], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#shell.on('error', () => {});
    this.#shell.stdin?.on('error', () => {});
    this.#shell.unref();
    (this.#shell.stdin as unknown as { unref?: () => void }).unref?.();
  }

  add(group: number): void {
    this.#tell(new Set([...this.#groups, group]));
  }

  remove(group: number): void {
    this.#tell(new Set([...this.#groups].filter((other) => other !== group)));
  }

  /** Ends the watch; what is still watched over is killed. */
  end(): void {
    this.#shell.stdin?.end();
  }

  #tell(groups: ReadonlySet<number>): void {
    this.#groups = groups;
    this.#shell.stdin?.write(`${[...groups].join(' ')}\n`);
  }
}
