// SPDX-License-Identifier: GPL-3.0-only
// Every prover passes the same tests.
import { findNativeProver } from '../prover/native.ts';
import {
  createNativeProver,
  createSnarkjsProver,
  type ProverOptions,
} from '../prover/process-prover.ts';
import type { Prover } from '../prover/prover.ts';

/** The provers that run on this machine. */
export const BACKENDS: readonly {
  readonly name: string;
  readonly create: (options?: ProverOptions) => Prover;
}[] = [
  { name: 'snarkjs', create: createSnarkjsProver },
  ...(findNativeProver() === undefined ? [] : [{ name: 'native', create: createNativeProver }]),
];
