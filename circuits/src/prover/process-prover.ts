// SPDX-License-Identifier: GPL-3.0-only
// Provers for Node: witness and proof are made in a process of their own, one at a time, because each uses every core.

import type { Statement } from '@training-ledger/protocol/statements';
import { developmentKeys, type Keys } from '../keys.ts';
import { findNativeProver, PROVER_VARIABLE } from './native.ts';
import { type Prover, ProverError } from './prover.ts';
import { ProvingProcess } from './proving-process.ts';
import { type Backend, createQueuedProver, type ProverLimits } from './queue.ts';
import type { Task } from './tasks.ts';

/** What a prover works with, and its limits. */
export interface ProverOptions extends ProverLimits {
  /** Keys to prove and verify with; by default the development keys that ship with the package. */
  readonly keys?: Keys;
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
  { keys = developmentKeys, ...limits }: ProverOptions,
): Prover {
  const child = new ProvingProcess();
  let current: Statement | undefined;
  const run: Backend['run'] = (statement, onPhase, onResult) => {
    current = statement;
    keys.proving(statement.circuit).then(
      (files) => {
        // It may have been given up meanwhile.
        if (current !== statement) return;
        child.run({ inputs: statement.inputs, ...files, ...program }, onPhase, onResult);
      },
      () => onResult({ error: 'KEYS_INVALID' }),
    );
  };
  const stop = (): void => {
    current = undefined;
    child.stop();
  };
  return createQueuedProver({ name, run, stop }, keys.verifying, limits);
}
