// SPDX-License-Identifier: Apache-2.0
// Errors of the key committee.
import { WorkerError, type WorkerErrorCode } from '../errors.ts';

/** What the committee's cryptography refuses. */
export class CommitteeError extends WorkerError {
  /** Position, from 1, of the member whose material was refused; undefined where no member is to blame. */
  readonly member: number | undefined;

  constructor(
    code: WorkerErrorCode,
    shortMessage: string,
    options: { details?: string; hint?: string; cause?: unknown; member?: number } = {},
  ) {
    super(code, shortMessage, options);
    this.member = options.member;
  }
}
