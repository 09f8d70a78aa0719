// SPDX-License-Identifier: Apache-2.0
// What a development federation keeps on disk: content store, workers' files, users' data. Its chains live in memory, so that the folder is
// worth nothing to the next one.
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DevelopmentError } from './errors.ts';

const REMOVAL = { recursive: true, force: true, maxRetries: 3 };

/** The folder of one federation. */
export class StateFolder {
  readonly path: string;
  /** Whether it goes when the federation ends. */
  readonly isTemporary: boolean;
  /** However the process ends, as long as it is by itself. */
  readonly #removeNow = (): void => rmSync(this.path, REMOVAL);

  private constructor(path: string, isTemporary: boolean) {
    this.path = path;
    this.isTemporary = isTemporary;
    if (isTemporary) process.once('exit', this.#removeNow);
  }

  /**
   * A folder that was given, which has to be empty or new, or a temporary one.
   * @throws DevelopmentError `STATE_NOT_EMPTY`.
   */
  static async open(given?: string): Promise<StateFolder> {
    if (given === undefined) {
      return new StateFolder(await mkdtemp(join(tmpdir(), 'training-ledger-')), true);
    }
    const path = resolve(given);
    await mkdir(path, { recursive: true, mode: 0o700 });
    if ((await readdir(path)).length > 0) {
      throw new DevelopmentError('STATE_NOT_EMPTY', 'The state folder is not empty.', {
        details: path,
        hint: 'Remove it, or choose another one: chains begin anew, and what an earlier federation left belongs to none of them.',
      });
    }
    return new StateFolder(path, false);
  }

  /** The content store. */
  get store(): string {
    return join(this.path, 'store');
  }

  /** What the network is, as JSON. */
  get description(): string {
    return join(this.path, 'network.json');
  }

  /** The samples of a user. */
  samples(user: number): string {
    return join(this.path, 'samples', `user-${user}.bin`);
  }

  /** The folder of a worker, from 1 on. */
  worker(number: number): string {
    return join(this.path, `worker-${number}`);
  }

  /** Removes it, if it is temporary. */
  async close(): Promise<void> {
    if (!this.isTemporary) return;
    await rm(this.path, REMOVAL);
    process.off('exit', this.#removeNow);
  }
}
