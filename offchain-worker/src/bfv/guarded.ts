// SPDX-License-Identifier: Apache-2.0
// SEAL's exceptions as typed errors.
import { WorkerError, type WorkerErrorCode } from '../errors.ts';

/** Turns what SEAL throws (`WebAssembly.Exception` with `message` = [type, text]) into typed errors. */
export function guarded<T>(code: WorkerErrorCode, shortMessage: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof WorkerError) throw cause;
    const { message } = cause as { message?: unknown };
    const details = Array.isArray(message) ? message.join(': ') : undefined;
    throw new WorkerError(code, shortMessage, {
      cause,
      ...(details === undefined ? {} : { details }),
    });
  }
}
