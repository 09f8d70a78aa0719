// SPDX-License-Identifier: Apache-2.0
// Processes of workers that load before anybody knows what they will work for. This file loads next to nothing itself.
import { randomBytes } from 'node:crypto';
import { WorkerProcess } from '@training-ledger/network/worker-process';

/** Workers of the job. */
export const WORKERS = 3;
/** Members of the committee, who are the workers, that it takes to open a sum. */
export const THRESHOLD = 2;

/** A process that waits, and the passphrase of the keystore that it will be given. */
export interface PreparedWorker {
  readonly process: WorkerProcess;
  readonly passphrase: string;
}

/** Starts the processes. They end with this process. */
export function prepareWorkers(): readonly PreparedWorker[] {
  return Array.from({ length: WORKERS }, () => {
    const passphrase = randomBytes(16).toString('hex');
    return { process: WorkerProcess.prepare(passphrase), passphrase };
  });
}
