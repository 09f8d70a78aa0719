// SPDX-License-Identifier: Apache-2.0
// What a worker must remember to go on after a crash, written before anything leaves the process: the model it committed
// to with salt and nonce, its proof, the block it signed, its part of a decryption, and the transaction that is on its way. A file a round, readable
// by its owner only, replaced as a whole or not at all.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shape } from '@training-ledger/protocol/statements';
import type { Hex } from '@training-ledger/runtime-types';
import { fromHex, readModelFile, toHex, writeModelFile } from '@training-ledger/sdk';
import { WorkerError } from '../errors.ts';
import { readIfPresent, writeSecretFile } from '../keys/secret-file.ts';

/** The model of a round. */
export interface RoundEntry {
  readonly shape: Shape;
  readonly weights: Int16Array;
  /** Salt of the state's commitment. */
  readonly salt: bigint;
  /** Nonce of the commitment on chain, 32 bytes. */
  readonly nonce: Hex;
}

/** A signed transaction that may or may not have reached the chain. */
export interface PendingTransaction {
  /** What it does, for logs. */
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The signed extrinsic. */
  readonly bytes: Hex;
  /** Account nonce that it uses up. */
  readonly nonce: number;
  /** Last block that can include it. */
  readonly lastBlock: number;
}

/** A folder of round entries, and of results that are made once a round. */
export class Journal {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * The entry of a round; undefined if there is none.
   * @throws WorkerError `JOURNAL_MALFORMED`.
   */
  async read(base: Hex, round: number): Promise<RoundEntry | undefined> {
    return this.#read(roundName(base, round), ({ model, salt, nonce }) => ({
      ...readModelFile(fromHex(model as string)),
      salt: BigInt(salt as string),
      nonce: nonce as Hex,
    }));
  }

  /** Writes the entry of a round. */
  async write(
    base: Hex,
    round: number,
    { shape, weights, salt, nonce }: RoundEntry,
  ): Promise<void> {
    const model = toHex(writeModelFile(shape, weights));
    await this.#write(roundName(base, round), { model, salt: salt.toString(), nonce });
  }

  /**
   * What was made for a round under a name and a key; made and written down the first time. Plain JSON.
   * @param key What it depends on: for another key it is made again.
   * @throws WorkerError `JOURNAL_MALFORMED`.
   */
  async once<T extends object>(
    base: Hex,
    round: number,
    [name, key]: readonly [name: 'proof' | 'block' | 'decryption', key: string],
    make: () => Promise<T>,
  ): Promise<T> {
    const file = `${roundName(base, round)}-${name}`;
    const written = await this.#read(file, (record) => record as { key: string; value: T });
    if (written?.key === key) return written.value;
    const value = await make();
    await this.#write(file, { key, value });
    return value;
  }

  /**
   * The transaction of an account that is on its way; undefined if there is none.
   * @throws WorkerError `JOURNAL_MALFORMED`.
   */
  async readPending(account: string): Promise<PendingTransaction | undefined> {
    const record = await this.#read(`pending-${account}`, (parsed) => parsed);
    return record?.['bytes'] === undefined ? undefined : (record as unknown as PendingTransaction);
  }

  /** Writes down the transaction that is about to be sent; none once it is settled. */
  async writePending(account: string, pending: PendingTransaction | undefined): Promise<void> {
    await this.#write(`pending-${account}`, pending ?? {});
  }

  async #read<T>(
    name: string,
    parse: (record: Record<string, unknown>) => T,
  ): Promise<T | undefined> {
    const path = this.#path(name);
    const text = await readIfPresent(path);
    if (text === undefined) return undefined;
    try {
      return parse(JSON.parse(text));
    } catch (cause) {
      throw new WorkerError('JOURNAL_MALFORMED', 'A file of the journal cannot be read.', {
        details: path,
        hint: 'Restore the file; without it the worker cannot prove what it committed to.',
        cause,
      });
    }
  }

  async #write(name: string, record: object): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeSecretFile(this.#path(name), JSON.stringify(record));
  }

  #path(name: string): string {
    return join(this.folder, `${name}.json`);
  }
}

const roundName = (base: Hex, round: number): string => `${base.slice(2, 18)}-${round}`;
