// SPDX-License-Identifier: Apache-2.0
// When a command is to stop what it started, and when it is to give that up.

/** Milliseconds between two looks at the parent. */
const LOOK = 500;
/** Milliseconds within which a second signal is the first one again: Ctrl-C under npm reaches the program twice. */
const ECHO = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that is aborted by SIGINT (Ctrl-C), SIGTERM and SIGHUP. Under npm also when the parent ends: npm may be killed without
 * handing anything on.
 * @param onImpatience called when a signal comes again; nothing more happens then by default
 */
export function interruption(onImpatience: () => void = () => {}): AbortSignal {
  const interrupted = new AbortController();
  let first: number | undefined;
  const interrupt = (): void => {
    const now = performance.now();
    first ??= now;
    if (interrupted.signal.aborted && now - first > ECHO) onImpatience();
    interrupted.abort();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  if (process.env['npm_lifecycle_event'] !== undefined) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      interrupted.abort();
    }, LOOK).unref();
  }
  return interrupted.signal;
}
