// SPDX-License-Identifier: Apache-2.0
// The thread that executes the runtime. All chains of a process share it; it ends with the last network.
import { destroyWorker } from '@acala-network/chopsticks-core';

let users = 0;

/** Takes a share of the executor; the returned function gives it back. */
export function useExecutor(): () => Promise<void> {
  users += 1;
  let released = false;
  return async () => {
    if (released) return;
    released = true;
    users -= 1;
    if (users === 0) await destroyWorker();
  };
}
