// SPDX-License-Identifier: Apache-2.0
// Errors of the executor.
import { LedgerError, type LedgerErrorContext } from '@training-ledger/runtime-types/ledger-error';

/** Codes of {@link ExecutorError}. */
export type ExecutorErrorCode =
  | 'EXECUTOR_UNKNOWN'
  | 'EXECUTOR_MISSING'
  | 'EXECUTOR_DAMAGED'
  | 'EXECUTOR_IN_USE'
  | 'EXECUTOR_DIED'
  | 'EXECUTOR_CLOSED'
  | 'EXECUTOR_ANSWER'
  | 'REQUEST_INVALID'
  | 'REQUEST_TOO_LONG'
  | 'TASK_FAILED';

/** How a program ended. */
export interface ProgramEnd {
  /** Undefined if a signal ended it, or if it never started. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  /** The end of what it wrote to stderr. */
  readonly said: string;
}

/** The executor could not be started, or could not do what it was asked. */
export class ExecutorError extends LedgerError {
  /** With `EXECUTOR_DIED`: how the program ended. */
  readonly end: ProgramEnd | undefined;

  constructor(
    code: ExecutorErrorCode,
    shortMessage: string,
    { end, ...context }: LedgerErrorContext & { readonly end?: ProgramEnd } = {},
  ) {
    super(shortMessage, { ...context, code });
    this.end = end;
  }
}
