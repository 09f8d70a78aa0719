// SPDX-License-Identifier: Apache-2.0
// Everything that two chains ask of the native executor while people use them is asked of Chopsticks' own again: the answers are the
// same.
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EmbeddedNetwork } from '../embedded/network.ts';
import { ExecutorPair } from '../testing/executor-pair.ts';
import { answersOf, type RecordedRequest, recordRequests } from '../testing/executor-recorder.ts';
import { findExecutorProgram } from './program.ts';
import type { Executor, Task } from './protocol.ts';

const UNIT = 1_000_000_000_000n;
/** Requests of a kind that are compared: the first ones and the last ones. */
const COMPARED = 4;
const extension = { extrinsic: {}, payload: {} };

// biome-ignore lint/suspicious/noExplicitAny: polkadot-js types of a runtime that this package does not declare
type Untyped = any;

const program = await findExecutorProgram();

async function connect(endpoint: string): Promise<Untyped> {
  const signedExtensions = { AuthorizeCall: extension, ImmutableRecords: extension };
  return ApiPromise.create({
    provider: new WsProvider(endpoint),
    noInitWarn: true,
    signedExtensions,
  });
}

/** Uses both chains: good, failing and forged transactions, a message, estimates, dry runs, proofs. */
async function useChains(network: EmbeddedNetwork): Promise<void> {
  const [ledger, sibling] = await Promise.all(
    network.chains.map(({ endpoint }) => connect(endpoint)),
  );
  const keyring = new Keyring({ type: 'sr25519' });
  const [alice, bob] = [keyring.addFromUri('//Alice'), keyring.addFromUri('//Bob')];
  const submit = async (api: Untyped, call: Untyped): Promise<void> => {
    await call.signAsync(alice, { nonce: -1 });
    await api.rpc.author.submitExtrinsic(call.toHex());
    await network.chain(api === ledger ? 1000 : 2000).newBlock();
  };
  try {
    const { balances, sudo, system } = ledger.tx;
    await submit(ledger, balances.transferKeepAlive(bob.address, UNIT));
    // Has a right signature and fails.
    await submit(ledger, balances.transferKeepAlive(bob.address, 10n ** 30n));
    // The runtime lets nobody write storage, and says so before it is in a block.
    await submit(ledger, sudo.sudo(system.killPrefix('0x12', 10))).catch(() => {});

    const forged = balances.transferKeepAlive(bob.address, UNIT);
    await forged.signAsync(alice, { nonce: -1 });
    const bytes: Uint8Array = forged.toU8a();
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    await ledger.rpc.author.submitExtrinsic(u8aToHex(bytes)).catch(() => {});

    const sovereign = u8aConcat(stringToU8a('sibl'), Uint8Array.of(0xe8, 0x03), new Uint8Array(26));
    await submit(sibling, sibling.tx.balances.transferKeepAlive(sovereign, 100n * UNIT));
    const assets = [{ id: { parents: 0, interior: 'Here' }, fun: { Fungible: 50n * UNIT } }];
    const instructions = [
      { WithdrawAsset: assets },
      { BuyExecution: { fees: assets[0], weightLimit: 'Unlimited' } },
      {
        DepositAsset: {
          assets: { Wild: 'All' },
          beneficiary: {
            parents: 0,
            interior: { X1: [{ AccountId32: { network: null, id: bob.publicKey } }] },
          },
        },
      },
    ];
    const target = { V5: { parents: 1, interior: { X1: [{ Parachain: 2000 }] } } };
    await submit(ledger, sudo.sudo(ledger.tx.polkadotXcm.send(target, { V5: instructions })));
    for (const chain of network.chains) await chain.newBlock();

    const call = balances.transferKeepAlive(bob.address, UNIT);
    await call.paymentInfo(alice);
    await ledger.call.dryRunApi.dryRunCall({ system: { Signed: alice.address } }, call, 5);
    await ledger.call.metadata.metadataVersions();
    await ledger.call.accountNonceApi.accountNonce(alice.address);
  } finally {
    await Promise.all([ledger.disconnect(), sibling.disconnect()]);
  }
}

/** What a request asks for: a method, or the entry points that a task calls. */
function kindOf({ method, args }: RecordedRequest): string {
  return method === 'runTask' ? (args[0] as Task).calls.map(([name]) => name).join(', ') : method;
}

describe.skipIf(program === undefined)('requests of a network', () => {
  const kinds = new Map<string, RecordedRequest[]>();
  let pair: ExecutorPair;

  beforeAll(async () => {
    if (program === undefined) return;
    await using network = await EmbeddedNetwork.start({ heartbeat: 0, executor: 'native' });
    const requests = await recordRequests();
    await useChains(network);
    for (const request of requests) {
      const kind = kindOf(request);
      kinds.set(kind, [...(kinds.get(kind) ?? []), request]);
    }
    pair = new ExecutorPair(program);
  });
  afterAll(() => pair?.stop());

  test('are of all the kinds that a chain makes', () => {
    expect([...kinds.keys()]).toEqual(
      expect.arrayContaining([
        'Core_initialize_block',
        'BlockBuilder_apply_extrinsic',
        'BlockBuilder_finalize_block',
        'TaggedTransactionQueue_validate_transaction',
        'TransactionPaymentApi_query_info',
        'DryRunApi_dry_run_call',
        'AccountNonceApi_account_nonce',
        'createProof',
        'decodeProof',
      ]),
    );
  });

  test('have the same answers from both executors', async () => {
    for (const [kind, requests] of kinds) {
      const chosen =
        requests.length <= COMPARED
          ? requests
          : [...requests.slice(0, COMPARED / 2), ...requests.slice(-COMPARED / 2)];
      for (const request of chosen) {
        const [native, chopsticks] = await pair.ask((executor) => ask(executor, request));
        expect(native, kind).toHaveProperty('answer');
        expect(native, kind).toStrictEqual(chopsticks);
      }
    }
  });
});

async function ask(executor: Executor, request: RecordedRequest): Promise<unknown> {
  const { method, args } = request;
  if (method === 'runTask') return executor.runTask(args[0] as Task, answersOf(request));
  const methods = executor as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const answer = await methods[method]?.(...args);
  // A proof is a set of nodes. In which order Chopsticks gives them is chance.
  if (method === 'createProof') return sorted(answer as [string, string[]]);
  return answer;
}

const sorted = ([root, nodes]: [string, string[]]): unknown => ({ root, nodes: nodes.toSorted() });
