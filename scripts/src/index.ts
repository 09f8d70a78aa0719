// SPDX-License-Identifier: Apache-2.0
// What tests use of the scripts.
export { runMainJob } from './main-job/main-job.ts';
export type { FinishedJob, LedgerNetwork, MainJobOptions } from './main-job/options.ts';
export { Progress } from './main-job/progress/progress.ts';
export type { Report } from './main-job/report/report.ts';
export { AttachedNetwork } from './network/control.ts';
export type {
  NetworkChain,
  NetworkDescription,
  NetworkNode,
  NodeControls,
  NodeStatus,
} from './network/description.ts';
export { NetworkError, type NetworkErrorCode } from './network/errors.ts';
export { RealNetwork, type RealNetworkOptions } from './network/network.ts';
export { ask, type Heights, readHeights } from './network/rpc.ts';
export { readTopology, type Topology } from './network/topology.ts';
export { type UpgradeOptions, type UpgradeReport, upgradeRuntime } from './network/upgrade.ts';
export { UpgradeError, type UpgradeErrorCode } from './network/upgrade-errors.ts';
export { makeChainSpec } from './runtime/chain-spec.ts';
