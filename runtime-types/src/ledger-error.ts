// SPDX-License-Identifier: Apache-2.0
// The base of every error that the packages throw.
import './require-node.ts';

/** What an error may say besides its code and its short message. */
export interface LedgerErrorContext {
  /** What exactly was wrong. Never holds a secret. */
  readonly details?: string | undefined;
  /** What to do about it. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** What an error says besides its short message. */
export interface LedgerErrorOptions extends LedgerErrorContext {
  /** Stable code for programs, in SCREAMING_SNAKE. */
  readonly code: string;
}

/** Base of all errors of the training ledger's packages. */
export class LedgerError extends Error {
  readonly code: string;
  readonly shortMessage: string;
  readonly details: string | undefined;
  readonly hint: string | undefined;

  constructor(shortMessage: string, { code, details, hint, cause }: LedgerErrorOptions) {
    super(
      [shortMessage, details, hint].filter(Boolean).join(' '),
      cause === undefined ? undefined : { cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.shortMessage = shortMessage;
    this.details = details;
    this.hint = hint;
  }

  /** The first error along the causes for which `matches` holds. */
  walk(matches: (error: unknown) => boolean): unknown {
    let error: unknown = this;
    while (error !== undefined) {
      if (matches(error)) return error;
      error = error instanceof Error ? error.cause : undefined;
    }
    return undefined;
  }

  toJSON(): Record<string, unknown> {
    const { name, code, shortMessage, details, hint } = this;
    return { name, code, message: shortMessage, details, hint };
  }
}
