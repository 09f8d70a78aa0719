// SPDX-License-Identifier: Apache-2.0
// Runs the embedded network until it is interrupted.
import { EmbeddedNetwork } from './embedded/network.ts';

const network = await EmbeddedNetwork.start({ port: Number(process.env['PORT'] ?? 9_988) });
for (const { paraId, endpoint } of network.chains) console.log(`para ${paraId}  ${endpoint}`);
console.log('Ctrl-C stops the network.');
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void network.stop().then(() => process.exit(0));
  });
}
