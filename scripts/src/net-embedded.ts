// SPDX-License-Identifier: Apache-2.0
// `npm run net:embedded`: the embedded network until it is interrupted.

import { EmbeddedNetwork } from '@training-ledger/network';
import { Command, InvalidArgumentError } from 'commander';

const toPort = (text: string): number => {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_534) throw new InvalidArgumentError('A port, or 0.');
  return port;
};

const { port, json } = new Command('npm run net:embedded --')
  .description('Two ledger parachains in one process, on loopback.')
  .option(
    '--port <port>',
    'port of the first chain, the second follows; 0: free ones',
    toPort,
    9_988,
  )
  .option('--json', 'print the endpoints as JSON')
  .parse()
  .opts<{ port: number; json?: boolean }>();

try {
  const network = await EmbeddedNetwork.start(port === 0 ? {} : { port });
  const chains = network.chains.map(({ paraId, endpoint }) => ({ paraId, endpoint }));
  if (json) console.log(JSON.stringify({ chains }));
  else {
    for (const { paraId, endpoint } of chains) console.log(`para ${paraId}  ${endpoint}`);
    console.log('Ctrl-C stops the network.');
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void network.stop().then(() => process.exit(0));
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
