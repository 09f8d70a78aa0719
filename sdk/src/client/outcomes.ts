// SPDX-License-Identifier: Apache-2.0
// What became of a call: the ledger's events, and errors by class.
import type { ApiPromise } from '@polkadot/api';
import type { DispatchError, EventRecord } from '@polkadot/types/interfaces';
import type { Codec } from '@polkadot/types/types';
import { stringCamelCase } from '@polkadot/util';
import {
  type LedgerEvent,
  type DispatchError as PlainDispatchError,
  palletErrorFor,
} from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import { isConnectionLoss, notConnected } from './connection.ts';
import { LedgerRuntime } from './ledger-runtime.ts';

const LEDGER_PALLETS: readonly string[] = [
  'userModels',
  'committee',
  'zkpot',
  'trainingLedger',
  'rewards',
  'userModelSync',
];

/**
 * The ledger's events among others, typed.
 * @throws SdkError `RUNTIME_UNSUPPORTED` for an event that has other data than this release knows.
 */
export function ledgerEvents(records: readonly EventRecord[]): LedgerEvent[] {
  return records
    .filter(({ event }) => LEDGER_PALLETS.includes(event.section))
    .map(({ event }) => {
      // By the types of its own block: the newest ones may be those of a later runtime.
      const runtime = LedgerRuntime.of(event.registry);
      runtime.checkEvent(`${event.section}.${event.method}`, event.meta.fields);
      const data: Record<string, unknown> = {};
      event.meta.fields.forEach(({ name, type }, i) => {
        const value = runtime.codec.toPlain(event.data[i] as Codec, type.toNumber());
        if (value !== undefined) data[stringCamelCase(name.unwrap().toString())] = value;
      });
      return { pallet: event.section, name: event.method, data } as unknown as LedgerEvent;
    });
}

/** The error with which the chain refused a call: a pallet's, or SdkError `TRANSACTION_FAILED`. */
export function dispatchFailure(error: DispatchError): Error {
  if (!error.isModule) {
    return new SdkError('TRANSACTION_FAILED', 'The chain refused the call.', {
      details: error.toString(),
    });
  }
  const { section, name, docs } = error.registry.findMetaError(error.asModule);
  return palletErrorFor(stringCamelCase(section), name, docs.join(' '));
}

/** The same, of an error in an event. */
export function plainFailure(api: ApiPromise, error: PlainDispatchError): Error {
  const { type, value } = error as { type: string; value?: unknown };
  return dispatchFailure(api.registry.createType('DispatchError', { [type]: value ?? null }));
}

/** Errors of calls that run inside others and do not fail them. */
export function innerError(events: readonly EventRecord[]): DispatchError | undefined {
  for (const { event } of events) {
    const name = `${event.section}.${event.method}`;
    if (name === 'sudo.Sudid' || name === 'utility.DispatchedAs') {
      const result = event.data[0] as unknown as { isErr: boolean; asErr: DispatchError };
      if (result.isErr) return result.asErr;
    }
  }
  return undefined;
}

/**
 * The error of a transaction that the node did not take. Code 1 of the runtime's own check is an attempt to change
 * records.
 */
export function refusal(cause: unknown): SdkError {
  if (isConnectionLoss(cause)) {
    return notConnected('It is not known whether the node took the transaction.', cause);
  }
  const text = cause instanceof Error ? cause.message : String(cause);
  const details = /Custom error: 1\b|"?[Cc]ustom"?: ?1\b/.test(text)
    ? 'It would write storage directly; records cannot be changed.'
    : text;
  return new SdkError('TRANSACTION_INVALID', 'The node refused the transaction.', {
    details,
    cause,
  });
}
