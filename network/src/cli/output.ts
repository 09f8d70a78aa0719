// SPDX-License-Identifier: Apache-2.0
// What the command prints when everything is ready.
import { DEVELOPMENT_PHRASE } from '../development/accounts.ts';
import type { DescribedChain, DevelopmentDescription } from '../development/description.ts';
import { UNIT } from '../development/parties.ts';

const line = (name: string, value: string): string => `${name.padEnd(11)} ${value}`;

/** The chains, for people. */
export const formatChains = (chains: readonly DescribedChain[]): string =>
  chains.map(({ paraId, endpoint }) => line(`para ${paraId}`, endpoint)).join('\n');

/** A development network, for people. */
export function formatDevelopment(network: DevelopmentDescription): string {
  const { chains, base, node, store, state, accounts } = network;
  return [
    formatChains(chains),
    line('base model', base),
    line('node', node.url),
    line('store', store),
    line('state', state),
    '',
    `Accounts of the phrase "${DEVELOPMENT_PHRASE}".`,
    'Everybody knows it: never use it, or an account of it, anywhere else.',
    ...accounts.flatMap(({ address, uri, secret, kemSeed, balance }, i) => [
      '',
      `(${i}) ${address}  ${BigInt(balance) / UNIT} UNIT`,
      `    uri      ${uri}`,
      `    secret   ${secret}`,
      `    kemSeed  ${kemSeed}`,
    ]),
    '',
  ].join('\n');
}
