// SPDX-License-Identifier: Apache-2.0
// A call that is ready: what it would cost, whether it would pass, and its submission.
import type { ApiPromise } from '@polkadot/api';
import type { SubmittableExtrinsic } from '@polkadot/api/types';
import type { KeyringPair } from '@polkadot/keyring/types';
import type { DispatchError } from '@polkadot/types/interfaces';
import type { Codec, ISubmittableResult } from '@polkadot/types/types';
import type { Hex, LedgerEvent } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import { notConnected, request } from './connection.ts';
import type { LedgerRuntime } from './ledger-runtime.ts';
import type { NonceQueue } from './nonces.ts';
import { dispatchFailure, innerError, ledgerEvents, refusal } from './outcomes.ts';
import { type RuntimeUpdates, runtimeChanged } from './runtime-updates.ts';

/** Of the messages that a dry run would report. */
const XCM_VERSION = 5;

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
  readonly updates: RuntimeUpdates;
  readonly account: KeyringPair;
  readonly nonces: NonceQueue;
}

/** A call with all its arguments and proofs. */
export class PreparedCall<Result> {
  /** The extrinsic, for wallets and batches. */
  readonly extrinsic: SubmittableExtrinsic<'promise', ISubmittableResult>;
  readonly #context: CallContext;
  readonly #result: (events: readonly LedgerEvent[]) => Result;
  /** The call's bytes mean what they should in this runtime only. */
  readonly #runtime: LedgerRuntime;

  constructor(
    context: CallContext,
    extrinsic: SubmittableExtrinsic<'promise', ISubmittableResult>,
    result: (events: readonly LedgerEvent[]) => Result,
  ) {
    this.#context = context;
    this.extrinsic = extrinsic;
    this.#result = result;
    this.#runtime = context.updates.runtime;
  }

  /**
   * Fee and weight, without submitting.
   * @throws SdkError `NOT_CONNECTED`, `RUNTIME_CHANGED`.
   */
  async estimate(): Promise<Estimate> {
    this.#checkRuntime();
    const { partialFee, weight } = await request(() =>
      this.extrinsic.paymentInfo(this.#context.account),
    );
    return {
      fee: partialFee.toBigInt(),
      weight: { refTime: weight.refTime.toBigInt(), proofSize: weight.proofSize.toBigInt() },
    };
  }

  /**
   * Runs the call on the newest state without submitting. Signature, nonce and fee are not checked.
   * @throws PalletError if the ledger would refuse it, SdkError `TRANSACTION_FAILED` for other errors, `NOT_CONNECTED`,
   * `RUNTIME_CHANGED`.
   */
  async dryRun(): Promise<void> {
    this.#checkRuntime();
    const { api, account } = this.#context;
    const dryRunApi = api.call['dryRunApi'] as unknown as
      | Record<string, (...args: unknown[]) => Promise<Codec>>
      | undefined;
    const run = dryRunApi?.['dryRunCall'];
    if (run === undefined) throw new SdkError('NOT_FOUND', 'The chain has no dry runs.');
    const origin = { system: { Signed: account.address } };
    const outcome = (await request(() =>
      run(origin, this.extrinsic.method, XCM_VERSION),
    )) as unknown as {
      isErr: boolean;
      asOk: { executionResult: { isErr: boolean; asErr: { error: DispatchError } } };
    };
    if (outcome.isErr) throw new SdkError('TRANSACTION_FAILED', 'The node could not run the call.');
    const { executionResult } = outcome.asOk;
    if (executionResult.isErr) throw dispatchFailure(executionResult.asErr.error);
  }

  /**
   * Signs and submits the call and waits until it is in a block. Calls of one account may be submitted side by side: they
   * get nonces in the order of submission.
   * @throws PalletError if the ledger refuses it; SdkError `TRANSACTION_INVALID`, `TRANSACTION_FAILED`,
   * `TRANSACTION_TIMEOUT` or `NOT_CONNECTED`: after these two it is not known whether the call is in a block. `RUNTIME_CHANGED`
   * if the runtime was upgraded after the call was made: make it again.
   */
  async submit({
    finalized = false,
    timeout = 120_000,
  }: SubmitOptions = {}): Promise<Submitted<Result>> {
    this.#checkRuntime();
    const { api, nonces, account } = this.#context;
    const done = Promise.withResolvers<ISubmittableResult>();
    const timer = setTimeout(() => {
      done.reject(
        new SdkError('TRANSACTION_TIMEOUT', `The call was in no block within ${timeout} ms.`),
      );
    }, timeout);
    // polkadot-js does not watch a transaction again after a reconnect.
    const lost = (): void =>
      done.reject(notConnected('It is not known whether the call is in a block.'));
    api.on('disconnected', lost);
    // Not awaited: a node that does not answer must not hold up the time-out.
    const sent = nonces.use((nonce) =>
      this.extrinsic.signAndSend(account, { nonce }, (update) => {
        const { status } = update;
        if (status.isFinalized || (status.isInBlock && !finalized)) done.resolve(update);
        else if (
          status.isInvalid ||
          status.isDropped ||
          status.isUsurped ||
          status.isFinalityTimeout
        ) {
          done.reject(
            new SdkError('TRANSACTION_INVALID', `The transaction is ${status.type.toLowerCase()}.`),
          );
        }
      }),
    );
    sent.catch((cause) => done.reject(refusal(cause)));
    try {
      const update = await done.promise.catch((error) => {
        // The transaction may never use its nonce.
        nonces.forget();
        throw error;
      });
      return this.#submitted(update);
    } finally {
      clearTimeout(timer);
      api.off('disconnected', lost);
      sent.then(
        (unsubscribe) => unsubscribe(),
        () => {},
      );
    }
  }

  #checkRuntime(): void {
    if (this.#context.updates.runtime !== this.#runtime) throw runtimeChanged();
  }

  #submitted({ status, txHash, events, dispatchError }: ISubmittableResult): Submitted<Result> {
    const failed = dispatchError ?? innerError(events);
    if (failed !== undefined) throw dispatchFailure(failed);
    const typed = ledgerEvents(events);
    const blockHash = status.isFinalized ? status.asFinalized : status.asInBlock;
    return {
      blockHash: blockHash.toHex(),
      txHash: txHash.toHex(),
      events: typed,
      result: this.#result(typed),
    };
  }
}
