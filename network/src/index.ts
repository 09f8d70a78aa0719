// SPDX-License-Identifier: Apache-2.0
// The embedded network, and who takes part in development federations, as a library.
import '@training-ledger/runtime-types/require-node';

export { interruption } from './cli/interruption.ts';
export {
  DEVELOPMENT_PHRASE,
  type DevelopmentAccount,
  developmentAccount,
  developmentIdentity,
} from './development/accounts.ts';
export type {
  DescribedAccount,
  DescribedChain,
  DevelopmentDescription,
} from './development/description.ts';
export { type Digit, dealShares, loadDigits, type Shares } from './development/digits.ts';
export { DevelopmentError, type DevelopmentErrorCode } from './development/errors.ts';
export {
  DevelopmentFederation,
  type DevelopmentFederationOptions,
  type FederationNetwork,
} from './development/federation.ts';
export {
  fundAccounts,
  InferenceNode,
  newIdentity,
  sudoAccount,
  UNIT,
} from './development/parties.ts';
export { DEVELOPMENT_RULES, developmentModel } from './development/rules.ts';
export { DIGIT_SHAPE, toSamples } from './development/samples.ts';
export { StateFolder } from './development/state-folder.ts';
export { makeWorkerHome, type WorkerHome } from './development/worker-homes.ts';
export { WorkerProcess, type WorkerProcessOptions } from './development/worker-process.ts';
export type { ParaId } from './embedded/chain.ts';
export {
  type EmbeddedChain,
  EmbeddedNetwork,
  type EmbeddedNetworkOptions,
} from './embedded/network.ts';
export { ExecutorError, type ExecutorErrorCode, type ProgramEnd } from './executor/errors.ts';
export { builtExecutor, shippedExecutor } from './executor/program.ts';
export {
  EXECUTOR_VARIABLE,
  type ExecutorChoice,
  type ExecutorKind,
  executorInUse,
  useExecutor,
} from './executor/use-executor.ts';
