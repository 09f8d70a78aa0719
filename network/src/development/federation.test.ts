// SPDX-License-Identifier: Apache-2.0
// One development federation, and what a new user does with it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createVectorCommitter } from '@training-ledger/circuits';
import { nodeFacts, requestInteraction } from '@training-ledger/inference-node/client';
import { federationEncryptor, trainForImprovement } from '@training-ledger/offchain-worker';
import type { Hex } from '@training-ledger/runtime-types';
import { type LedgerClient, openIdentity, readTestSet } from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedNetwork } from '../embedded/network.ts';
import { DevelopmentFederation } from './federation.ts';
import { DEVELOPMENT_RULES } from './rules.ts';
import { DIGIT_SHAPE } from './samples.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/record-op.ts', import.meta.url));
const PATIENCE = { timeout: 120_000, interval: 100 };
/** Blocks that a phase in which nobody does anything lasts: more than workers take on a slow machine. */
const COMMIT = 90;

let network: EmbeddedNetwork;
let federation: DevelopmentFederation;
let owner: LedgerClient;
let base: Hex;
const lines: string[] = [];

beforeAll(async () => {
  network = await EmbeddedNetwork.start();
  federation = await DevelopmentFederation.start(network, {
    accounts: 2,
    workers: 2,
    rules: { phases: { ...DEVELOPMENT_RULES.phases, commit: COMMIT } },
    onProgress: (line) => lines.push(line),
  });
  ({ owner, base } = federation);
});
afterAll(async () => {
  const state = federation?.description.state;
  await federation?.stop();
  await network?.stop();
  if (state !== undefined) expect(existsSync(state)).toBe(false);
});

const currentRound = () => owner.chain.query('zkpot', 'currentRound', base);
const round = (index: number) => owner.chain.query('zkpot', 'rounds', base, index);
const generation = async () =>
  (await owner.chain.query('userModels', 'baseModels', base))?.generation;

describe('what it tells', () => {
  it('is plain JSON, which its state folder holds as well', async () => {
    const { description } = federation;
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
    const file = await readFile(`${description.state}/network.json`, 'utf8');
    expect(JSON.parse(file)).toEqual(description);
    expect(description).toMatchObject({
      endpoint: network.chain(1000).endpoint,
      genesis: owner.chain.genesisHash,
      chains: [{ paraId: 1000 }, { paraId: 2000 }],
      workers: [{}, {}],
      node: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
    });
  });

  it('has accounts with money, data, and secrets that make their identities', async () => {
    const { accounts } = federation.description;
    expect(accounts).toHaveLength(2);
    for (const [i, account] of accounts.entries()) {
      expect(openIdentity(account)).toEqual({
        ...federation.client(i).context.identity,
        account: expect.objectContaining({ address: account.address }),
      });
      expect(BigInt(account.balance)).toBeGreaterThan(10n ** 15n);
      const samples = readTestSet(DIGIT_SHAPE, await readFile(account.samples));
      expect(samples.length).toBeGreaterThan(8);
    }
  });

  it('has no key or passphrase of a worker', () => {
    expect(JSON.stringify([federation.description.workers, lines])).not.toMatch(/passphrase|seed/i);
  });
});

describe('a first op', () => {
  it('is sealed, opened and paid, though a worker was killed before', async () => {
    const [killed] = federation.workers;
    const pid = killed?.pid as number;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => killed?.restarts, PATIENCE).toBe(1);
    expect(killed?.pid).not.toBe(pid);
    expect(
      lines.filter((line) => /worker 1 ended \(SIGKILL\) and is started again/.test(line)),
    ).toHaveLength(1);

    const args = ['--conditions=@training-ledger/source', EXAMPLE];
    const file = `${federation.description.state}/network.json`;
    const { stdout } = await promisify(execFile)(process.execPath, [...args, file]);
    expect(stdout).toMatch(/^op 0x[0-9a-f]{64} is recorded/m);
    expect(stdout).toMatch(/^block 1 is sealed with 2 ops$/m);
    expect(Number(/^the reward is paid: (\S+) UNIT$/m.exec(stdout)?.[1])).toBeGreaterThan(0);
    await expect.poll(generation, PATIENCE).toBe(1);
    const recorded = await owner.chain.query('userModels', 'generations', base, 1);
    const { before = 0, after = 0 } = recorded?.accuracy ?? {};
    expect(after).toBeGreaterThan(before);
  });

  it('is followed by another round that is open and funded, and by a node that serves what came of it', async () => {
    await expect.poll(currentRound, PATIENCE).toBe(1);
    expect(await round(1)).toMatchObject({ phase: 'Collect' });
    await expect
      .poll(async () => (await owner.chain.query('rewards', 'pools', base, 1))?.total, PATIENCE)
      .toBeGreaterThan(0n);
    const { node } = federation.description;
    await expect.poll(async () => (await nodeFacts(node.url)).generation, PATIENCE).toBe(1);
  });
});

describe('a round that nobody works on', () => {
  it('is given up and its money taken back; its ops are sealed in the next one', async () => {
    const stopped = federation.workers.map(({ pid }) => pid as number);
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    const op = await record(federation.client(1));
    await expect.poll(async () => (await round(1))?.phase, PATIENCE).toBe('Commit');
    for (let i = 0; i <= COMMIT; i++) await network.chain(1000).newBlock();
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
    await expect.poll(currentRound, PATIENCE).toBe(2);
    expect(await round(1)).toMatchObject({ phase: 'Closed', outcome: 'Empty' });
    const { address } = owner.context.identity.account;
    expect(await owner.chain.query('rewards', 'funders', [base, 1], address)).toBe(0n);
    await expect.poll(() => owner.isClaimable(op), PATIENCE).toBe(true);
    await expect.poll(generation, PATIENCE).toBe(2);
  });
});

/** Records an op as an application would. */
async function record(client: LedgerClient): Promise<Hex> {
  const { node, accounts } = federation.description;
  const committer = createVectorCommitter();
  try {
    const fork = await client.forkModel({ type: 'Base', value: base });
    const { result: model } = await fork.submit();
    const samples = readTestSet(DIGIT_SHAPE, await readFile(accounts[1]?.samples as string));
    const trained = trainForImprovement(model.shape, model.weights, samples, { delta: 0 });
    const features = samples[0]?.features as Int8Array;
    const interaction = await requestInteraction(node.url, features, { rating: 1, text: 'yes' });
    const encryptor = await federationEncryptor(client.context, base, committer);
    const call = await client.recordTraining({ model, ...trained, interaction, encryptor });
    return (await call.submit()).result.op;
  } finally {
    await committer.close();
  }
}
