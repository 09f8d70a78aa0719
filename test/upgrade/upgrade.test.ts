// SPDX-License-Identifier: Apache-2.0
// A chain of the first release is upgraded to the runtime of this checkout: nothing is lost, and what was begun goes on.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { zstdDecompressSync } from 'node:zlib';
import { type ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { blake2AsHex } from '@polkadot/util-crypto';
import type { EmbeddedChain, EmbeddedNetwork } from '@training-ledger/network';
import { openAggregate, openGeneration } from '@training-ledger/offchain-worker';
import type { Hex } from '@training-ledger/runtime-types';
import { runtimeWasmPath } from '@training-ledger/runtime-types/files';
import { type UpgradeReport, upgradeRuntime } from '@training-ledger/scripts';
import type { LedgerClient, LocalModel, Submitted } from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestCommittee } from '../committee.ts';
import { connect, submit, type Untyped } from '../network/network-under-test.ts';
import { failing, sudo, TestLedger } from '../sdk/ledger.ts';
import { join, roundOf, sealRound } from '../sdk/round.ts';
import { FIRST_RELEASE, prefixOf, snapshot, startFirstRelease } from './first-release.ts';
import { SOVEREIGN, sendPayment } from './message.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COMPRESSED = 8;
/** Rounds of which a chain that is older than the test's would have more than fit into one block. */
const MORE_ROUNDS = 2_500;

let network: EmbeddedNetwork;
let chain: EmbeddedChain;
let sibling: ApiPromise;
let ledger: TestLedger;
let alice: LedgerClient;
let bob: LedgerClient;
let models: [LocalModel, LocalModel];
let base: Hex;
let committee: TestCommittee;

beforeAll(async () => {
  network = await startFirstRelease();
  chain = network.chain(1000);
  sibling = await connect(network.chain(2000).endpoint);
  const { endpoint } = chain;
  const nextBlock = (): Promise<void> => chain.newBlock();
  ledger = await TestLedger.on({ endpoint, nextBlock, stop: () => network.stop() }, 3);
  [alice, bob] = ledger.users as [LedgerClient, LedgerClient];
});

afterAll(async () => {
  await sibling?.disconnect();
  await ledger?.stop();
  await network?.stop();
});

const version = (): number => ledger.owner.chain.api.runtimeVersion.specVersion.toNumber();

/** A call of a member as a client of the first release makes it. */
function submitShare(member: number, attempt: number): Promise<unknown> {
  const client = ledger.members[member] as LedgerClient;
  const share: Hex = `0x${'0a'.repeat(32)}`;
  const args = { base, round: 0, attempt, share };
  return client.chain
    .prepare(client.context.identity.account, 'committee', 'submitPartialDecryption', args)
    .submit();
}

/** Records an op; gives the model after it. */
async function record(user: LedgerClient, model: LocalModel, seed: number): Promise<LocalModel> {
  const call = await user.recordTraining(await ledger.training(model, seed));
  return (await call.submit()).result.model;
}

/** A transaction that is none of the ledger's. */
function transfer(to: string): Promise<Submitted<void>> {
  const { chain: now } = ledger.owner;
  const call = now.api.tx['balances']?.['transferKeepAlive']?.(to, 100n * 10n ** 12n);
  if (call === undefined) throw new Error('The chain has no balances.');
  return now.wrap(sudo(), call).submit();
}

/** Lets sudo authorise a runtime. */
async function authorise(wasm: Uint8Array): Promise<void> {
  const { tx } = ledger.owner.chain.api;
  const call = tx['system']?.['authorizeUpgrade']?.(blake2AsHex(wasm, 256));
  const asSudo = call && tx['sudo']?.['sudo']?.(call);
  if (asSudo === undefined) throw new Error('The chain has no sudo.');
  await ledger.owner.chain.wrap(sudo(), asSudo).submit();
}

/** Writes rounds as the first release did, without their federations. */
async function writeRounds(count: number): Promise<void> {
  const prefix = prefixOf('Committee', 'CurrentAttempt');
  const concat = (bytes: Hex): string => `${blake2AsHex(bytes, 128)}${bytes.slice(2)}`.slice(2);
  const entries = Array.from({ length: count }, (_, round): [string, Hex] => {
    const number = Buffer.alloc(4);
    number.writeUInt32LE(round);
    const keys = concat(`0x${'77'.repeat(32)}`) + concat(`0x${number.toString('hex')}`);
    return [prefix + keys, '0x00'];
  });
  // The embedded network's own method: no call of the runtime writes storage.
  const provider = new WsProvider(chain.endpoint);
  await provider.isReady;
  await provider.send('dev_setStorage', [entries]);
  await provider.disconnect();
}

/** Runs the command and makes blocks until it ends; `each` after every block. */
async function runUpgrade(
  args: readonly string[],
  each: () => Promise<void> = async () => {},
): Promise<{ stdout: string; stderr: string }> {
  let running = true;
  const command = promisify(execFile)(
    'npm',
    ['run', '--silent', 'net:upgrade', '--', '--endpoint', chain.endpoint, ...args],
    { cwd: ROOT },
  ).finally(() => {
    running = false;
  });
  // Awaited below: until then it may fail unheard.
  command.catch(() => {});
  while (running) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    await chain.newBlock();
    await each();
  }
  return command;
}

describe('a chain of the first release', () => {
  it('is used with this release of the SDK, as far as both have the same', async () => {
    base = await ledger.registerBase();
    committee = await ledger.formCommittee(base, 2);
    const [, worker, ...forks] = await Promise.all([
      ledger.registerNode(),
      join(ledger.users[2] as LedgerClient, base),
      ledger.fork(alice, base),
      ledger.fork(bob, base),
    ]);
    models = await Promise.all([record(alice, forks[0], 1), record(bob, forks[1], 2)]);
    await ledger.owner.openRound(base).submit();
    expect(await sealRound(ledger, worker, base, 0)).toBe(1n);
    await committee.approve(0);
    // The first attempt is complete and opens nothing; of the second one a share is missing.
    await submitShare(0, 0);
    await submitShare(1, 0);
    await committee.call(ledger.members[2] as LedgerClient, 'nextAttempt', { base, round: 0 });
    expect(version()).toBe(1);
  });

  it('says plainly what it does not have', async () => {
    const { chain: old, context } = ledger.owner;
    const unsupported = failing('RUNTIME_UNSUPPORTED');
    await expect(old.query('committee', 'openings', base, 0)).rejects.toMatchObject(unsupported);
    await expect(openAggregate(context, base, 0)).rejects.toMatchObject(unsupported);
    const at = (await old.finalized()).hash;
    await expect(old.queryAt(at, 'committee', 'openings', base, 0)).rejects.toMatchObject(
      unsupported,
    );
  });
});

describe('an upgrade', () => {
  const current = async (): Promise<Uint8Array> => new Uint8Array(await readFile(runtimeWasmPath));
  /** The current runtime with another text in its section of versions. */
  const renamed = async (from: string, to: string): Promise<Uint8Array> => {
    const wasm = zstdDecompressSync((await current()).subarray(COMPRESSED));
    wasm.write(to, wasm.indexOf(from, wasm.lastIndexOf('runtime_version')));
    return new Uint8Array(wasm);
  };

  it.each<[string, code: string, () => Promise<Uint8Array>]>([
    ['what is no runtime', 'RUNTIME_MALFORMED', async () => new Uint8Array(1_000)],
    [
      'the runtime of another chain',
      'SPEC_NAME_DIFFERS',
      () => renamed('training-ledger', 'training-lodger'),
    ],
    [
      'the runtime that runs',
      'SPEC_VERSION_NOT_HIGHER',
      async () => new Uint8Array(await readFile(FIRST_RELEASE)),
    ],
  ])('with %s is refused as %s before anything is sent', async (_, code, wasm) => {
    const { height } = chain;
    const upgrade = upgradeRuntime({ endpoint: chain.endpoint, wasm: await wasm() });
    await expect(upgrade).rejects.toMatchObject(failing(code));
    expect(chain.height).toBe(height);
  });

  it('by anyone but sudo is refused', async () => {
    const environment = { TRAINING_LEDGER_SUDO_SURI: '//Bob' };
    const upgrade = upgradeRuntime({
      endpoint: chain.endpoint,
      wasm: await current(),
      environment,
    });
    await expect(upgrade).rejects.toMatchObject({
      ...failing('UPGRADE_REFUSED'),
      details: 'sudo.RequireSudo',
    });
    expect(version()).toBe(1);
  });

  it('that the command cannot begin is one sentence', async () => {
    const command = runUpgrade(['--wasm', fileURLToPath(import.meta.url)]);
    await expect(command).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The file is no runtime\./),
    });
  });

  it('loses nothing, and lets transactions wait while the storage is migrated', {
    timeout: 180_000,
  }, async () => {
    const { api } = ledger.owner.chain;
    await writeRounds(MORE_ROUNDS);
    await chain.newBlock();
    const before = await snapshot(api);
    const { deadline } = await roundOf(ledger.owner, base, 0);
    const { account } = ledger.owner.context.identity;
    const early = ledger.owner.chain.prepare(account, 'rewards', 'withdrawFunding', {
      base,
      round: 0,
    });
    const beneficiary = new Keyring({ type: 'sr25519' }).addFromUri('//Beneficiary');
    let late: Promise<Submitted<void>> | undefined;
    await transfer(SOVEREIGN);
    // As if an earlier attempt had been interrupted: what is authorised is not authorised again.
    await authorise(await current());

    const { stdout, stderr } = await runUpgrade(['--json'], async () => {
      if (version() === 1 || late !== undefined) return;
      const cursor = await api.query['multiBlockMigrations']?.['cursor']?.();
      if (cursor === undefined || cursor.isEmpty) return;
      // The migration is under way: this message waits in its queue, and this transaction in the pool.
      await submit(sibling, sendPayment(sibling, beneficiary.publicKey), sudo());
      late = transfer(bob.context.identity.account.address);
      late.catch(() => {});
    });

    expect(stderr).toMatch(/^submitting the new runtime$/m);
    expect(stderr).not.toContain('authorising');
    const report: UpgradeReport = JSON.parse(stdout);
    expect(report.from).toEqual({ specName: 'training-ledger', specVersion: 1 });
    expect(report.to.specVersion).toBe(2);
    expect(report.entries).toEqual({ committee: MORE_ROUNDS + 1 });
    expect(version()).toBe(2);
    const suspended = report.resumed - 1 - report.applied;
    expect(suspended).toBeGreaterThan(1);
    const included = await api.rpc.chain.getHeader((await late)?.blockHash);
    expect(included.number.toNumber()).toBeGreaterThanOrEqual(report.resumed);

    const atEnd = (await api.at(await api.rpc.chain.getBlockHash(report.resumed - 2))) as Untyped;
    const queue = await atEnd.query.messageQueue.bookStateFor({ Sibling: 2000 });
    expect(queue.messageCount.toNumber()).toBe(1);
    const paid = async ({ query }: Untyped): Promise<bigint> =>
      (await query.system.account(beneficiary.address)).data.free.toBigInt();
    expect(await paid(atEnd)).toBe(0n);
    await chain.newBlock();
    expect(await paid(api)).toBeGreaterThan(40n * 10n ** 12n);

    // An older block is read with the types of the runtime that made it.
    const old = (await api.rpc.chain.getBlockHash(report.applied)).toHex();
    const { chain: now } = ledger.owner;
    expect(await now.queryAt(old, 'zkpot', 'rounds', base, 0)).toMatchObject({ deadline });
    const unsupported = failing('RUNTIME_UNSUPPORTED');
    await expect(now.queryAt(old, 'committee', 'openings', base, 0)).rejects.toMatchObject(
      unsupported,
    );
    const request = { base, round: 0 };
    expect(await now.runtimeApi('trainingLedgerApi', 'challengeIndices', request, old)).toEqual(
      await now.runtimeApi('trainingLedgerApi', 'challengeIndices', request),
    );

    // Whatever else the pallets hold is what it was, to the byte.
    const after = await snapshot(api);
    const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
      (key) => before.get(key) !== after.get(key),
    );
    const migrated = [
      prefixOf('Committee', 'CurrentAttempt'),
      prefixOf('Committee', 'Openings'),
      prefixOf('Committee', ':__STORAGE_VERSION__:'),
      prefixOf('Committee', 'LastSuspension'),
    ];
    const unexpected = differing.filter(
      (key) => !migrated.some((prefix) => key.startsWith(prefix)),
    );
    expect(unexpected).toEqual([expect.stringContaining(prefixOf('Zkpot', 'Rounds'))]);
    const round = await roundOf(ledger.owner, base, 0);
    expect([round.phase, round.deadline]).toEqual(['Decrypt', deadline + suspended]);
    const count = (item: string, entries: Map<Hex, string>): number =>
      [...entries.keys()].filter((key) => key.startsWith(prefixOf('Committee', item))).length;
    expect([count('CurrentAttempt', after), count('Openings', after)]).toEqual([
      0,
      count('CurrentAttempt', before),
    ]);

    await expect(early.submit()).rejects.toMatchObject(failing('RUNTIME_CHANGED'));
  });
});

describe('after the upgrade', () => {
  it('a client that stayed connected reads what was migrated', async () => {
    const { chain: now } = ledger.owner;
    expect(await now.query('committee', 'openings', base, 0)).toEqual({ current: 1, complete: 0 });
    const other = await now.query('committee', 'openings', `0x${'77'.repeat(32)}`, 5);
    expect(other).toEqual({ current: 0 });
    const drawn = await now.runtimeApi('trainingLedgerApi', 'challengeIndices', { base, round: 0 });
    expect(drawn.length).toBeGreaterThan(0);
  });

  it('what was begun before goes on', async () => {
    await committee.decrypt(0);
    const opened = await openAggregate(ledger.owner.context, base, 0);
    expect([opened.contributors, opened.attempt]).toEqual([2, 1]);
    const call = await openGeneration(ledger.owner, ledger.committer, base, 0);
    expect((await call.submit()).result.generation).toBe(1);
  });

  it('new ops follow the old ones', async () => {
    const call = await alice.recordTraining(await ledger.training(models[0], 7));
    expect((await call.submit()).result.index).toBe(1);
    const record = await alice.chain.query('userModels', 'userModels', models[0].id);
    // Checked op by op against the hash chain, from before the upgrade on.
    const [history] = await alice.userHistoryAcross(record?.userId as Hex);
    expect(history?.ops.length).toBe(2);
  });

  it('the release before is refused', async () => {
    const wasm = new Uint8Array(await readFile(FIRST_RELEASE));
    const upgrade = upgradeRuntime({ endpoint: chain.endpoint, wasm });
    await expect(upgrade).rejects.toMatchObject(failing('SPEC_VERSION_NOT_HIGHER'));
  });
});
