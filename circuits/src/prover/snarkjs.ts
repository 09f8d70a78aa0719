// SPDX-License-Identifier: GPL-3.0-only
// The prover that works everywhere: snarkjs (WASM) in a thread of its own.
import { Worker } from 'node:worker_threads';
import { provingFiles, verifyingKeyBytes } from '../keys.ts';
import { type Statement, verifyGroth16 } from '../statements/index.ts';
import { type Proved, type ProveOptions, type Prover, ProverError } from './prover.ts';
import type { Result, Task } from './snarkjs-thread.ts';

/** Limits of the prover. */
export interface SnarkjsProverOptions {
  /** Proofs that may wait; one more fails with `QUEUE_FULL`. */
  readonly queueLimit?: number;
  /** Milliseconds after which a running proof fails with `TIMED_OUT`. */
  readonly timeLimit?: number;
}

interface Job {
  readonly statement: Statement;
  readonly settle: (result: Result | ProverError) => void;
}

const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './snarkjs-thread.ts' : './snarkjs-thread.js',
  import.meta.url,
);

/** Makes a prover on snarkjs. Proofs run one at a time: snarkjs itself uses every core. */
export function createSnarkjsProver({
  queueLimit = 1_024,
  timeLimit = 600_000,
}: SnarkjsProverOptions = {}): Prover {
  const waiting: Job[] = [];
  let running: { job: Job; timer: NodeJS.Timeout } | undefined;
  let thread: Worker | undefined;
  let closed = false;

  const finish = (result: Result | ProverError): void => {
    if (running === undefined) return;
    const { job, timer } = running;
    running = undefined;
    clearTimeout(timer);
    job.settle(result);
    next();
  };

  /** Ends the thread, and with it the running proof. */
  const stopThread = async (): Promise<void> => {
    const stopped = thread;
    thread = undefined;
    stopped?.removeAllListeners();
    await stopped?.terminate();
  };

  const startThread = (): Worker => {
    const worker = new Worker(THREAD);
    worker.on('message', finish);
    worker.on('error', () => {
      thread = undefined;
      finish({ error: 'BACKEND' });
    });
    return worker;
  };

  const next = (): void => {
    const job = running === undefined ? waiting.shift() : undefined;
    if (job === undefined) {
      // An idle prover keeps no process alive.
      if (running === undefined) thread?.unref();
      return;
    }
    const timer = setTimeout(() => {
      void stopThread();
      finish(new ProverError('TIMED_OUT', `The proof took longer than ${timeLimit} ms.`));
    }, timeLimit);
    running = { job, timer };
    thread ??= startThread();
    thread.ref();
    const task: Task = { inputs: job.statement.inputs, ...provingFiles(job.statement.circuit) };
    thread.postMessage(task);
  };

  const prove = (statement: Statement, { signal }: ProveOptions = {}): Promise<Proved> =>
    new Promise((resolve, reject) => {
      const cancelled = new ProverError('CANCELLED', 'The proof was cancelled.');
      if (closed) return reject(new ProverError('CLOSED', 'The prover is closed.'));
      if (signal?.aborted) return reject(cancelled);
      if (waiting.length >= queueLimit) {
        const hint = 'Wait for earlier proofs, or raise queueLimit.';
        return reject(new ProverError('QUEUE_FULL', `${queueLimit} proofs are waiting already.`, hint));
      }
      const job: Job = {
        statement,
        settle: (result) => {
          signal?.removeEventListener('abort', abort);
          if (result instanceof ProverError) reject(result);
          else if ('error' in result) reject(failure(result.error));
          else resolve({ circuit: statement.circuit, ...result });
        },
      };
      const abort = (): void => {
        const place = waiting.indexOf(job);
        if (place >= 0) {
          waiting.splice(place, 1);
          job.settle(cancelled);
        } else if (running?.job === job) {
          void stopThread();
          finish(cancelled);
        }
      };
      signal?.addEventListener('abort', abort, { once: true });
      waiting.push(job);
      next();
    });

  return {
    backend: 'snarkjs',
    prove,
    verify: async ({ circuit, publicInputs, proof }) =>
      verifyGroth16(await verifyingKeyBytes(circuit), publicInputs, proof),
    close: async () => {
      closed = true;
      const error = new ProverError('CLOSED', 'The prover was closed.');
      for (const job of waiting.splice(0)) job.settle(error);
      await stopThread();
      finish(error);
    },
  };
}

function failure(code: 'WITNESS_INVALID' | 'BACKEND'): ProverError {
  return code === 'WITNESS_INVALID'
    ? new ProverError(code, 'The statement does not hold for its witness.')
    : new ProverError(code, 'The prover failed.', 'Check that the proving keys are complete.');
}
