// SPDX-License-Identifier: GPL-3.0-only
// The prover that works everywhere: snarkjs (WASM) in a process of its own.
import { type ChildProcess, fork } from 'node:child_process';
import { provingFiles, verifyingKeyBytes } from '../keys.ts';
import { type Statement, verifyGroth16 } from '../statements/index.ts';
import { type Proved, type ProveOptions, type Prover, ProverError } from './prover.ts';
import type { Result, Task } from './snarkjs-process.ts';

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

const PROGRAM = new URL(
  import.meta.url.endsWith('.ts') ? './snarkjs-process.ts' : './snarkjs-process.js',
  import.meta.url,
);

/** Makes a prover on snarkjs. Proofs run one at a time: snarkjs itself uses every core. */
export function createSnarkjsProver({
  queueLimit = 1_024,
  timeLimit = 600_000,
}: SnarkjsProverOptions = {}): Prover {
  const waiting: Job[] = [];
  let running: { job: Job; timer: NodeJS.Timeout } | undefined;
  let child: ChildProcess | undefined;
  let closed = false;

  const finish = (result: Result | ProverError): void => {
    if (running === undefined) return;
    const { job, timer } = running;
    running = undefined;
    clearTimeout(timer);
    job.settle(result);
    next();
  };

  /** Ends the process, and with it the running proof. */
  const stop = (): void => {
    child?.removeAllListeners();
    child?.kill('SIGKILL');
    child = undefined;
  };

  const start = (): ChildProcess => {
    // The witness goes through the pipe: it never stands on a command line or in a file.
    const started = fork(PROGRAM, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    started.on('message', (result) => finish(result as Result));
    const died = (): void => {
      child = undefined;
      finish({ error: 'BACKEND' });
    };
    started.on('error', died);
    started.on('exit', died);
    return started;
  };

  /** An idle prover keeps nobody's process alive. */
  const keepAlive = (busy: boolean): void => {
    if (busy) {
      child?.ref();
      child?.channel?.ref();
    } else {
      child?.unref();
      child?.channel?.unref();
    }
  };

  const next = (): void => {
    if (running !== undefined) return;
    const job = waiting.shift();
    if (job === undefined) return keepAlive(false);
    const timer = setTimeout(() => {
      stop();
      finish(new ProverError('TIMED_OUT', `The proof took longer than ${timeLimit} ms.`));
    }, timeLimit);
    running = { job, timer };
    child ??= start();
    keepAlive(true);
    const task: Task = { inputs: job.statement.inputs, ...provingFiles(job.statement.circuit) };
    child.send(task);
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
          stop();
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
      stop();
      finish(error);
    },
  };
}

function failure(code: 'WITNESS_INVALID' | 'BACKEND'): ProverError {
  return code === 'WITNESS_INVALID'
    ? new ProverError(code, 'The statement does not hold for its witness.')
    : new ProverError(code, 'The prover failed.', 'Check that the proving keys are complete.');
}
