// SPDX-License-Identifier: Apache-2.0
// Connects to a chain with polkadot-api, reads, submits and follows blocks. Prints what it saw as JSON.
import { Keyring } from '@polkadot/keyring';
import { createClient, Enum } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';

const client = createClient(getWsProvider(process.argv[2]));
const api = client.getUnsafeApi();
const alice = new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
const bob = new Keyring({ type: 'sr25519' }).addFromUri('//Bob');
const signer = getPolkadotSigner(alice.publicKey, 'Sr25519', (bytes) => alice.sign(bytes));

const balance = async () => (await api.query.System.Account.getValue(bob.address)).data.free;
const blocks = [];
const followed = client.finalizedBlock$.subscribe(({ number }) => blocks.push(number));
const before = await balance();
const { genesis } = await client
  .getChainSpecData()
  .then(({ genesisHash }) => ({ genesis: genesisHash }));
const dest = Enum('Id', bob.address);
const transfer = api.tx.Balances.transfer_keep_alive({ dest, value: 1_000_000_000_000n });
const sent = await transfer.signAndSubmit(signer);
const after = await balance();
const entries = await api.query.System.BlockHash.getEntries();
await new Promise((resolve) => setTimeout(resolve, 200));
const last = await client.getFinalizedBlock();
followed.unsubscribe();
client.destroy();
console.log(
  JSON.stringify({
    genesis,
    ok: sent.ok,
    block: sent.block.number,
    moved: String(after - before),
    entries: entries.length,
    blocks,
    last: last.number,
  }),
);
process.exit(0);
