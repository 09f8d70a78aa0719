// SPDX-License-Identifier: Apache-2.0
// What a worker must remember of a round to go on after a crash: the model it committed to, with salt and nonce. Written
// before anything is submitted. One file a round, readable by its owner only.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hex } from '@training-ledger/runtime-types';
import { fromHex, readModelFile, toHex, writeModelFile } from '@training-ledger/sdk';
import type { Shape } from '@training-ledger/circuits/statements';
import { WorkerError } from '../errors.ts';
import { writeSecretFile } from '../keys/keystore.ts';

/** The model of a round. */
export interface RoundEntry {
  readonly shape: Shape;
  readonly weights: Int16Array;
  /** Salt of the state's commitment. */
  readonly salt: bigint;
  /** Nonce of the commitment on chain, 32 bytes. */
  readonly nonce: Hex;
}

/** A folder of round entries. */
export class Journal {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The entry of a round; undefined if there is none.
   * @throws WorkerError `JOURNAL_MALFORMED`.
   */
  async read(base: Hex, round: number): Promise<RoundEntry | undefined> {
    const path = this.#path(base, round);
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    try {
      const { model, salt, nonce } = JSON.parse(text);
      return { ...readModelFile(fromHex(model)), salt: BigInt(salt), nonce };
    } catch (cause) {
      throw new WorkerError('JOURNAL_MALFORMED', 'A round of the journal cannot be read.', {
        details: path,
        hint: 'Restore the file; without it the worker cannot prove what it committed to.',
        cause,
      });
    }
  }

  /** Writes the entry of a round. */
  async write(base: Hex, round: number, { shape, weights, salt, nonce }: RoundEntry): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const model = toHex(writeModelFile(shape, weights));
    await writeSecretFile(this.#path(base, round), JSON.stringify({ model, salt: salt.toString(), nonce }));
  }

  #path(base: Hex, round: number): string {
    return join(this.#folder, `${base.slice(2, 18)}-${round}.json`);
  }
}
