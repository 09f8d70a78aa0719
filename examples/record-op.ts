// SPDX-License-Identifier: Apache-2.0
// From a question to a paid reward: record-op.ts <network.json of `training-ledger-network --dev`> [number of the account]
import { readFile } from 'node:fs/promises';
import { createProver, createVectorCommitter } from '@training-ledger/circuits';
import { requestInteraction } from '@training-ledger/inference-node/client';
import { federationEncryptor } from '@training-ledger/offchain-worker';
import { FileContentStore, LedgerClient, openIdentity, readTestSet } from '@training-ledger/sdk';

const network = JSON.parse(await readFile(process.argv[2] ?? 'network.json', 'utf8'));
const { base } = network;
const account = network.accounts[Number(process.argv[3] ?? 0)];
const [prover, committer] = [createProver(), createVectorCommitter()];
const store = new FileContentStore(network.store);
const user = { identity: openIdentity(account), store, prover };
const client = await LedgerClient.connect({ endpoint: network.endpoint, ...user });
const { result: model } = await (await client.forkModel({ type: 'Base', value: base })).submit();

const samples = readTestSet(model.shape, await readFile(account.samples));
const { features, label } = samples[0] ?? { features: new Int8Array(64), label: 0 };
const interaction = await requestInteraction(network.node.url, features, (answer) => ({
  rating: answer.class === label ? 1 : -1,
}));
// Here an application trains: this is one small step towards the label.
const step = [...features, 127];
const newWeights = model.weights.map((weight, i) =>
  Math.floor(i / step.length) === label ? weight + (step[i % step.length] ?? 0) : weight,
);
const encryptor = await federationEncryptor(client.context, base, committer);
const trained = { model, newWeights, batch: samples.slice(0, 8), encryptor };
const call = await client.recordTraining({ ...trained, interaction });
const { op } = (await call.submit()).result;
console.log(`op ${op} is recorded, its three proofs are verified`);

for await (const { block } of client.subscribeBlocks()) {
  console.log(`block ${block.number} is sealed with ${block.opCount} ops`);
  if (await client.isClaimable(op)) break;
}
const { result: paid } = await client.claimTrainingRewards(model.id, [op]).submit();
console.log(`the reward is paid: ${Number(paid) / 1e12} UNIT`);
await Promise.all([client.disconnect(), prover.close(), committer.close()]);
