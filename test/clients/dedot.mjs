// SPDX-License-Identifier: Apache-2.0
// Connects to a chain with dedot, by the new JSON-RPC API or with `legacy` as second argument by the old one, reads, submits and follows
// blocks. Prints what it saw as JSON.
import { Keyring } from '@polkadot/keyring';
import { DedotClient, LegacyClient, WsProvider } from 'dedot';

const [, , endpoint, api] = process.argv;
const provider = new WsProvider(endpoint);
const client = await (api === 'legacy' ? LegacyClient.new(provider) : DedotClient.new(provider));
const alice = new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
const bob = new Keyring({ type: 'sr25519' }).addFromUri('//Bob');

const balance = async () => (await client.query.system.account(bob.address)).data.free;
const blocks = [];
const unsubscribe = await client.query.system.number((number) => blocks.push(number));
const before = await balance();
const statuses = [];
await client.tx.balances
  .transferKeepAlive(bob.address, 1_000_000_000_000n)
  .signAndSend(alice, ({ status }) => statuses.push(status.type))
  .untilFinalized();
const after = await balance();
const genesis = client.genesisHash;
await new Promise((resolve) => setTimeout(resolve, 200));
await unsubscribe();
await client.disconnect();
console.log(JSON.stringify({ genesis, moved: String(after - before), statuses, blocks }));
process.exit(0);
