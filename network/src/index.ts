// SPDX-License-Identifier: Apache-2.0
// The embedded network, as a library.
export type { ParaId } from './embedded/chain.ts';
export { useExecutor } from './embedded/executor.ts';
export {
  type EmbeddedChain,
  EmbeddedNetwork,
  type EmbeddedNetworkOptions,
} from './embedded/network.ts';
