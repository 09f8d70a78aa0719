// SPDX-License-Identifier: Apache-2.0
// What tests use of the scripts.
export {
  type EmbeddedChain,
  EmbeddedNetwork,
  type EmbeddedNetworkOptions,
} from './embedded/network.ts';
