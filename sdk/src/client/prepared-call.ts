// SPDX-License-Identifier: Apache-2.0
// A call that is ready: what it would cost, whether it would pass, and its submission.
import type { ApiPromise } from '@polkadot/api';
import type { SubmittableExtrinsic } from '@polkadot/api/types';
import type { KeyringPair } from '@polkadot/keyring/types';
import type { DispatchError, EventRecord } from '@polkadot/types/interfaces';
import type { Codec, ISubmittableResult } from '@polkadot/types/types';
import { stringCamelCase } from '@polkadot/util';
import { type Hex, type LedgerEvent, palletErrorFor } from '@training-ledger/runtime-types';
import type { LedgerCodec } from '../codec/ledger-codec.ts';
import { SdkError } from '../errors.ts';
import type { NonceQueue } from './nonces.ts';

/** Cost of a call. */
export interface Estimate {
  /** Plancks: 10^-12 UNIT. */
  readonly fee: bigint;
  /** Picoseconds of compute and bytes of proof. */
  readonly weight: { readonly refTime: bigint; readonly proofSize: bigint };
}

/** A call that is in a block. */
export interface Submitted<Result> {
  readonly blockHash: Hex;
  readonly txHash: Hex;
  /** The ledger's events of the call. */
  readonly events: readonly LedgerEvent[];
  readonly result: Result;
}

/** How to submit. */
export interface SubmitOptions {
  /** Wait for finality instead of the first block. */
  readonly finalized?: boolean;
  /** Milliseconds to wait for the block; 120,000 by default. */
  readonly timeout?: number;
}

/** What a prepared call needs of its client. */
export interface CallContext {
  readonly api: ApiPromise;
  readonly codec: LedgerCodec;
  readonly account: KeyringPair;
  readonly nonces: NonceQueue;
}

/** A call with all its arguments and proofs. */
export class PreparedCall<Result> {
  /** The extrinsic, for wallets and batches. */
  readonly extrinsic: SubmittableExtrinsic<'promise', ISubmittableResult>;
  readonly #context: CallContext;
  readonly #result: (events: readonly LedgerEvent[]) => Result;

  constructor(
    context: CallContext,
    extrinsic: SubmittableExtrinsic<'promise', ISubmittableResult>,
    result: (events: readonly LedgerEvent[]) => Result,
  ) {
    this.#context = context;
    this.extrinsic = extrinsic;
    this.#result = result;
  }

  /** Fee and weight, without submitting. */
  async estimate(): Promise<Estimate> {
    const { partialFee, weight } = await this.extrinsic.paymentInfo(this.#context.account);
    return {
      fee: partialFee.toBigInt(),
      weight: { refTime: weight.refTime.toBigInt(), proofSize: weight.proofSize.toBigInt() },
    };
  }

  /**
   * Runs the call on the newest state without submitting.
   * @throws PalletError if the ledger would refuse it, SdkError `TRANSACTION_FAILED` for other errors.
   */
  async dryRun(): Promise<void> {
    const { api, account } = this.#context;
    const origin = { system: { Signed: account.address } };
    const version = 5;
    const dryRunApi = api.call['dryRunApi'] as unknown as Record<
      string,
      (...args: unknown[]) => Promise<Codec>
    >;
    const outcome = (await dryRunApi['dryRunCall']?.(
      origin,
      this.extrinsic.method,
      version,
    )) as unknown as {
      isErr: boolean;
      asOk: { executionResult: { isErr: boolean; asErr: { error: DispatchError } } };
    };
    if (outcome.isErr) throw new SdkError('TRANSACTION_FAILED', 'The node could not run the call.');
    const { executionResult } = outcome.asOk;
    if (executionResult.isErr) throw this.#error(executionResult.asErr.error);
  }

  /**
   * Signs and submits the call and waits until it is in a block.
   * @throws PalletError if the ledger refuses it; SdkError `TRANSACTION_INVALID`, `TRANSACTION_FAILED` or
   * `TRANSACTION_TIMEOUT`.
   */
  async submit({
    finalized = false,
    timeout = 120_000,
  }: SubmitOptions = {}): Promise<Submitted<Result>> {
    const { nonces, account } = this.#context;
    const done = Promise.withResolvers<ISubmittableResult>();
    const timer = setTimeout(() => {
      done.reject(
        new SdkError('TRANSACTION_TIMEOUT', `The call was in no block within ${timeout} ms.`),
      );
    }, timeout);
    let unsubscribe = (): void => {};
    try {
      unsubscribe = await nonces
        .use((nonce) =>
          this.extrinsic.signAndSend(account, { nonce }, (update) => {
            const { status } = update;
            if (status.isFinalized || (status.isInBlock && !finalized)) done.resolve(update);
            else if (
              status.isInvalid ||
              status.isDropped ||
              status.isUsurped ||
              status.isFinalityTimeout
            ) {
              nonces.forget();
              done.reject(
                new SdkError(
                  'TRANSACTION_INVALID',
                  `The transaction is ${status.type.toLowerCase()}.`,
                ),
              );
            }
          }),
        )
        .catch((cause) => {
          throw refused(cause);
        });
      return this.#submitted(await done.promise);
    } finally {
      // Whoever threw before the wait leaves nobody to hear of the time-out.
      done.promise.catch(() => {});
      clearTimeout(timer);
      unsubscribe();
    }
  }

  #submitted({ status, txHash, events, dispatchError }: ISubmittableResult): Submitted<Result> {
    const failed = dispatchError ?? innerError(events);
    if (failed !== undefined) throw this.#error(failed);
    const typed = ledgerEvents(this.#context.codec, events);
    const blockHash = status.isFinalized ? status.asFinalized : status.asInBlock;
    return {
      blockHash: blockHash.toHex(),
      txHash: txHash.toHex(),
      events: typed,
      result: this.#result(typed),
    };
  }

  #error(error: DispatchError): Error {
    if (!error.isModule) {
      return new SdkError('TRANSACTION_FAILED', 'The chain refused the call.', {
        details: error.toString(),
      });
    }
    const { section, name, docs } = this.#context.api.registry.findMetaError(error.asModule);
    return palletErrorFor(stringCamelCase(section), name, docs.join(' '));
  }
}

/** Errors of calls that run inside others and do not fail them. */
function innerError(events: readonly EventRecord[]): DispatchError | undefined {
  for (const { event } of events) {
    const name = `${event.section}.${event.method}`;
    if (name === 'sudo.Sudid' || name === 'utility.DispatchedAs') {
      const result = event.data[0] as unknown as { isErr: boolean; asErr: DispatchError };
      if (result.isErr) return result.asErr;
    }
  }
  return undefined;
}

/** The ledger's events among others, typed. */
export function ledgerEvents(codec: LedgerCodec, records: readonly EventRecord[]): LedgerEvent[] {
  return records
    .filter(({ event }) =>
      ['userModels', 'zkpot', 'trainingLedger', 'rewards'].includes(event.section),
    )
    .map(({ event }) => {
      const data: Record<string, unknown> = {};
      event.meta.fields.forEach(({ name, type }, i) => {
        const value = codec.toPlain(event.data[i] as Codec, type.toNumber());
        if (value !== undefined) data[stringCamelCase(name.unwrap().toString())] = value;
      });
      return { pallet: event.section, name: event.method, data } as unknown as LedgerEvent;
    });
}

/** Invalid transactions: the code 1 of the runtime's own check is an attempt to change records. */
function refused(cause: unknown): SdkError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const details = /Custom error: 1\b|"?[Cc]ustom"?: ?1\b/.test(text)
    ? 'It would write storage directly; records cannot be changed.'
    : text;
  return new SdkError('TRANSACTION_INVALID', 'The node refused the transaction.', {
    details,
    cause,
  });
}
