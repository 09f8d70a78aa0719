// SPDX-License-Identifier: Apache-2.0
// What tests use of the scripts.
export { type LedgerNetwork, type MainJobOptions, runMainJob } from './main-job/main-job.ts';
export { Progress } from './main-job/progress.ts';
export type { Report } from './main-job/report.ts';
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
