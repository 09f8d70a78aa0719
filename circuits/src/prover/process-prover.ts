// SPDX-License-Identifier: GPL-3.0-only
// Provers for Node: witness and proof are made in a process of their own, one at a time, because each uses every core.
import { developmentKeys, type Keys } from '../keys.ts';
import { type Statement, verifyGroth16 } from '../statements/index.ts';
import { findNativeProver, PROVER_VARIABLE } from './native.ts';
import { type Proved, type ProveOptions, type Prover, ProverError } from './prover.ts';
import { ProvingProcess } from './proving-process.ts';
import type { Result, Task } from './tasks.ts';

/** Limits of the prover. */
export interface ProverOptions {
  /** Keys to prove and verify with; by default the development keys that ship with the package. */
  readonly keys?: Keys;
  /** Proofs that may wait for a running one; one more fails with `QUEUE_FULL`. */
  readonly queueLimit?: number;
  /** Milliseconds after which a running proof fails with `TIMED_OUT`. */
  readonly timeLimit?: number;
}

interface Job {
  readonly statement: Statement;
  readonly options: ProveOptions;
  readonly settle: (outcome: Result | ProverError) => void;
}

/** The fastest prover that runs here: the native one, or snarkjs. `backend` says which it is. */
export function createProver(options: ProverOptions = {}): Prover {
  return findNativeProver() === undefined
    ? createSnarkjsProver(options)
    : createNativeProver(options);
}

/** A prover on snarkjs (WASM). */
export function createSnarkjsProver(options: ProverOptions = {}): Prover {
  return createProcessProver('snarkjs', {}, options);
}

/**
 * A prover on arkworks, compiled for this machine.
 * @throws ProverError `NOT_AVAILABLE` if there is no native program that runs here.
 */
export function createNativeProver(options: ProverOptions = {}): Prover {
  const native = findNativeProver();
  if (native === undefined) {
    throw new ProverError(
      'NOT_AVAILABLE',
      'There is no native prover that runs on this machine.',
      `Build it with "npm run prover:build", name one in ${PROVER_VARIABLE}, or use snarkjs.`,
    );
  }
  return createProcessProver(`native (${native.origin})`, { native: native.file }, options);
}

function createProcessProver(
  name: string,
  program: Pick<Task, 'native'>,
  { keys = developmentKeys, queueLimit = 1_024, timeLimit = 600_000 }: ProverOptions,
): Prover {
  const waiting: Job[] = [];
  const backend = new ProvingProcess();
  let running: Job | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  /** Ends a job, and begins the next one if it was the running one. */
  const finish = (job: Job, outcome: Result | ProverError): void => {
    const place = waiting.indexOf(job);
    if (place >= 0) waiting.splice(place, 1);
    else if (running !== job) return;
    else {
      running = undefined;
      clearTimeout(timer);
    }
    job.settle(outcome);
    next();
  };

  /** Ends a job from outside; what runs for it is killed. */
  const abandon = (job: Job, error: ProverError): void => {
    if (running === job) backend.stop();
    finish(job, error);
  };

  const next = (): void => {
    if (running !== undefined) return;
    const job = waiting.shift();
    if (job === undefined) return;
    running = job;
    timer = setTimeout(() => {
      abandon(job, new ProverError('TIMED_OUT', `The proof took longer than ${timeLimit} ms.`));
    }, timeLimit);
    const { statement, options } = job;
    keys.proving(statement.circuit).then(
      (files) => {
        if (running !== job) return;
        const task: Task = { inputs: statement.inputs, ...files, ...program };
        backend.run(task, options.onProgress, (result) => finish(job, result));
      },
      () => finish(job, { error: 'KEYS_INVALID' }),
    );
  };

  const prove = (statement: Statement, options: ProveOptions = {}): Promise<Proved> =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      const abort = (): void =>
        abandon(job, new ProverError('CANCELLED', 'The proof was cancelled.'));
      const job: Job = {
        statement,
        options,
        settle: (outcome) => {
          signal?.removeEventListener('abort', abort);
          if (outcome instanceof ProverError) reject(outcome);
          else if ('error' in outcome) reject(failure(outcome.error));
          else resolve({ circuit: statement.circuit, ...outcome });
        },
      };
      if (closed) return reject(new ProverError('CLOSED', 'The prover is closed.'));
      if (signal?.aborted) return reject(new ProverError('CANCELLED', 'The proof was cancelled.'));
      if (running !== undefined && waiting.length >= queueLimit) {
        const hint = 'Wait for earlier proofs, or raise queueLimit.';
        return reject(
          new ProverError('QUEUE_FULL', `${queueLimit} proofs are waiting already.`, hint),
        );
      }
      signal?.addEventListener('abort', abort, { once: true });
      options.onProgress?.('waiting');
      waiting.push(job);
      next();
    });

  return {
    backend: name,
    prove,
    verify: async ({ circuit, publicInputs, proof }) =>
      verifyGroth16(await keys.verifying(circuit), publicInputs, proof),
    close: async () => {
      closed = true;
      const error = new ProverError('CLOSED', 'The prover was closed.');
      // Those that wait first, so that none of them begins.
      for (const job of [...waiting]) finish(job, error);
      if (running !== undefined) abandon(running, error);
      backend.stop();
    },
  };
}

function failure(code: 'WITNESS_INVALID' | 'KEYS_INVALID' | 'BACKEND'): ProverError {
  switch (code) {
    case 'WITNESS_INVALID':
      return new ProverError(code, 'The statement does not hold for its witness.');
    case 'KEYS_INVALID':
      return new ProverError(
        code,
        'A proving key is missing or not the pinned one.',
        'Compare the keys with their manifest: npm run circuits:check.',
      );
    case 'BACKEND':
      return new ProverError(code, 'The prover failed.', 'It may have run out of memory.');
  }
}
