// SPDX-License-Identifier: Apache-2.0
// From a question to a paid reward: record-op.ts <network.json of `training-ledger-network --dev`> [number of the account]
import { readFile } from 'node:fs/promises';
import { createProver, createVectorCommitter } from '@training-ledger/circuits';
import { askNode, requestInteraction } from '@training-ledger/inference-node/client';
import { federationEncryptor } from '@training-ledger/offchain-worker';
import { FileContentStore, LedgerClient, openIdentity, readTestSet } from '@training-ledger/sdk';

const network = JSON.parse(await readFile(process.argv[2] ?? 'network.json', 'utf8'));
const account = network.accounts[Number(process.argv[3] ?? 0)];
const [prover, committer] = [createProver(), createVectorCommitter()];
const user = { identity: openIdentity(account), store: new FileContentStore(network.store) };
const client = await LedgerClient.connect({ endpoint: network.endpoint, ...user, prover });
const fork = await client.forkModel({ type: 'Base', value: network.base });
const { result: model } = await fork.submit();
const samples = readTestSet(model.shape, await readFile(account.samples));
const [newWeights, batch] = [model.weights.slice(), [] as typeof samples];
for (const { features, label } of samples) {
  const answer = await askNode(network.node.url, features);
  batch[answer.class === label ? 'push' : 'unshift']({ features, label });
  // Where an application trains: towards the label and away from an answer that was wrong.
  for (const to of answer.class === label ? [] : [label, answer.class]) {
    const row = newWeights.subarray(to * 65, to * 65 + 65);
    row.set(row.map((weight, f) => weight + (to === label ? 0.05 : -0.05) * (features[f] ?? 127)));
  }
}
const { features = new Int8Array() } = batch[0] ?? {};
const interaction = await requestInteraction(network.node.url, features, { rating: -1 });
const encryptor = await federationEncryptor(client.context, network.base, committer);
const trained = { model, newWeights, batch: batch.slice(0, 8) };
const call = await client.recordTraining({ ...trained, interaction, encryptor });
const { op } = (await call.submit()).result;
console.log(`op ${op} is recorded, its three proofs are verified`);
for await (const { block } of client.subscribeBlocks()) {
  console.log(`block ${block.number} is sealed with ${block.opCount} ops`);
  if (await client.isClaimable(op)) break;
}
const { result: paid } = await client.claimTrainingRewards(model.id, [op]).submit();
console.log(`the reward is paid: ${Number(paid) / 1e12} UNIT`);
await Promise.all([client.disconnect(), prover.close(), committer.close()]);
