// SPDX-License-Identifier: Apache-2.0
// Sends an account's transactions one at a time, each at most once whatever happens to this process. The signed bytes are
// in the journal before they are sent, and they use up one nonce: after a crash the same bytes are sent again until the
// nonce is used or the transaction has expired, and nothing else is signed before that. The same bytes cannot be included
// twice.
import type { KeyringPair } from '@polkadot/keyring/types';
import { type LedgerChain, type PreparedCall, SdkError } from '@training-ledger/sdk';
import type { Logger } from 'pino';
import { WorkerError } from '../errors.ts';
import type { Journal, PendingTransaction } from './journal.ts';

/** Blocks for which a transaction may be included. */
const LIFETIME = 64;
/** Blocks after which bytes that are in no block are sent again. */
const RESEND_AFTER = 4;
/** Failures on chain after which a transaction of a name is not made again by this process. */
const MAX_FAILURES = 3;

/** What an outbox works with. */
export interface OutboxOptions {
  readonly chain: LedgerChain;
  readonly account: KeyringPair;
  readonly journal: Journal;
  readonly log: Logger;
  /** Told of every transaction that is in a block. */
  readonly onSettled?: (name: string) => void;
}

/** An account's transactions. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #settled = new Map<string, number>();
  #sentAt: number | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /**
   * Looks after the transaction that is on its way.
   * @returns Whether there is none: only then may the caller look for what is due, and {@link send}.
   */
  async isClear(): Promise<boolean> {
    const { account, journal } = this.#options;
    const pending = await journal.readPending(account.address);
    if (pending === undefined) return true;
    const { nonce, head } = await this.#position();
    if (nonce > pending.nonce) {
      await this.#settle(pending);
      return true;
    }
    if (head > pending.lastBlock) {
      this.#options.log.warn({ name: pending.name }, 'transaction expired');
      await journal.writePending(account.address, undefined);
      return true;
    }
    if (this.#sentAt === undefined || head >= this.#sentAt + RESEND_AFTER)
      await this.#post(pending, head);
    return false;
  }

  /**
   * Signs a call, writes it down and sends it. It has happened when {@link isClear} is true again.
   * @param key What makes this transaction different from others of its name, so that repetitions are noticed.
   * @throws PalletError or SdkError if the chain would refuse the call now; WorkerError `TRANSACTION_REFUSED` if the chain
   * took this transaction several times without the effect that makes it unnecessary.
   */
  async send(
    [name, key]: readonly [name: string, key: string],
    call: PreparedCall<unknown>,
    fields: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const { account, journal } = this.#options;
    if ((this.#settled.get(`${name} ${key}`) ?? 0) >= MAX_FAILURES) {
      throw new WorkerError('TRANSACTION_REFUSED', `The chain keeps refusing: ${name}.`);
    }
    await call.dryRun();
    const { nonce } = await this.#position();
    const signed = await call.extrinsic.signAsync(account, { nonce, era: LIFETIME });
    // Asked for after signing, so that the signature's first block is not ahead of it.
    const { head } = await this.#position();
    const lastBlock = signed.era.asMortalEra.death(head);
    const pending = { name, fields: { ...fields, key }, bytes: signed.toHex(), nonce, lastBlock };
    await journal.writePending(account.address, pending);
    await this.#post(pending, head);
  }

  async #settle({ name, fields }: PendingTransaction): Promise<void> {
    const { account, journal, log, onSettled } = this.#options;
    await journal.writePending(account.address, undefined);
    this.#sentAt = undefined;
    const { key, ...facts } = fields;
    const id = `${name} ${key}`;
    this.#settled.set(id, (this.#settled.get(id) ?? 0) + 1);
    onSettled?.(name);
    log.info(facts, name);
  }

  async #post({ bytes, name }: PendingTransaction, head: number): Promise<void> {
    const { chain, log } = this.#options;
    this.#sentAt = head;
    try {
      await chain.api.rpc.author.submitExtrinsic(bytes);
    } catch (cause) {
      // "Already in the pool" and "outdated" are what a second send of the same bytes may meet. Whatever it is, the nonce
      // tells at the next head whether the transaction was included.
      log.debug(
        { name, message: (cause as Error).message },
        'the node did not take the transaction',
      );
    }
  }

  /** The account's next nonce by the chain's state (not the pool's), and the head's number. */
  async #position(): Promise<{ nonce: number; head: number }> {
    const { chain, account } = this.#options;
    const [info, number] = await Promise.all([
      chain.api.query['system']?.['account']?.(account.address),
      chain.api.query['system']?.['number']?.(),
    ]);
    if (info === undefined || number === undefined) {
      throw new SdkError('NOT_FOUND', 'The chain has no accounts.');
    }
    const { nonce } = info as unknown as { nonce: { toNumber(): number } };
    return { nonce: nonce.toNumber(), head: Number(number.toString()) };
  }
}
