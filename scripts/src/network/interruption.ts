// SPDX-License-Identifier: Apache-2.0
// When a command is to stop what it started.

/** Milliseconds between two looks at the parent. */
const LOOK = 1_000;

/**
 * A signal that is aborted by SIGINT (Ctrl-C) and SIGTERM. Under npm also when the shell ends that npm runs the command in: a SIGTERM for
 * npm reaches that shell, which ends without handing it on.
 */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interrupted.abort());
  }
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) interrupted.abort();
    }, LOOK).unref();
  }
  return interrupted.signal;
}
