// SPDX-License-Identifier: Apache-2.0
// The two ledgers of the network under test, which listen to each other: real proofs, real rounds, models of the small shape.

import { EmbeddedNetwork } from '@training-ledger/network';
import type { Hex, Rules } from '@training-ledger/runtime-types';
import {
  type LedgerClient,
  type LocalModel,
  MemoryContentStore,
  type RecordedTraining,
  required,
} from '@training-ledger/sdk';
import { sudo, TestLedger } from '../sdk/ledger.ts';
import { roundOf } from '../sdk/round.ts';
import { SETTLED } from '../settled.ts';
import { isReal, realNetwork } from './network-under-test.ts';
import { type Sealing, sealingByHand, sealingByWorkers } from './sealing.ts';

export type Para = 1000 | 2000;

/** Blocks of a real network take 6 s and come by themselves; those of the embedded one are made when the test wants them. */
const PHASES: Rules['phases'] = isReal
  ? { collect: 10_000, commit: 12, prove: 16, seal: 50, decrypt: 2 }
  : { collect: 10_000, commit: 5, prove: 5, seal: 50, decrypt: 2 };

/** What tests do to the nodes. */
export interface Faults {
  /** Lets a chain make no blocks until it is resumed. Its node keeps its connections. */
  pause(para: Para): Promise<void>;
  resume(para: Para): Promise<void>;
  /** Kills a chain's collator where there is one, else lets the chain make no blocks, until it is started. */
  stop(para: Para): Promise<void>;
  start(para: Para): Promise<void>;
}

/** Who records and seals beside the user of a test. */
interface Team {
  /** Records an op in each round, which needs two contributors. */
  readonly companion: LedgerClient;
  readonly model: LocalModel;
  readonly sealing: Sealing;
}

/** One federation on one chain. */
export class TestFederation {
  readonly para: Para;
  readonly ledger: TestLedger;
  readonly base: Hex;
  #team: Team | undefined;

  private constructor(parts: Pick<TestFederation, 'para' | 'ledger' | 'base'>) {
    this.para = parts.para;
    this.ledger = parts.ledger;
    this.base = parts.base;
  }

  static async start(para: Para, ledger: TestLedger): Promise<TestFederation> {
    const [base] = await Promise.all([
      ledger.registerBase({ phases: PHASES }),
      ledger.registerNode(),
    ]);
    return new TestFederation({ para, ledger, base });
  }

  /** Makes the federation able to record and seal. */
  async recruit(): Promise<void> {
    const { ledger, base } = this;
    const companion = ledger.users[0] as LedgerClient;
    const [sealing, model] = await Promise.all([
      isReal ? sealingByWorkers(ledger, base) : sealingByHand(ledger, base),
      ledger.fork(companion, base),
    ]);
    this.#team = { companion, model, sealing };
  }

  /** A client of this chain for whoever the other one is. */
  as(client: LedgerClient): LedgerClient {
    return this.ledger.owner.as(client.context.identity);
  }

  /** Records an op of `model` and one of the companion in a new round, after {@link recruit}. */
  async record(client: LedgerClient, model: LocalModel, seed: number): Promise<RecordedTraining> {
    const { ledger, base } = this;
    const team = required(this.#team, 'team');
    await ledger.owner.openRound(base).submit(SETTLED);
    const own = await client.recordTraining(await ledger.training(model, seed));
    const filling = await ledger.training(team.model, seed + 1);
    const other = await team.companion.recordTraining(filling);
    const [{ result }, companion] = await Promise.all([own.submit(SETTLED), other.submit(SETTLED)]);
    this.#team = { ...team, model: companion.result.model };
    return result;
  }

  /** Who recorded the other op of each round, and its model. */
  get companion(): Pick<Team, 'companion' | 'model'> {
    return required(this.#team, 'team');
  }

  /** Seals the newest round and lets it end. */
  async seal(round: number): Promise<void> {
    const { ledger, base } = this;
    await required(this.#team, 'team').sealing.seal(round);
    for (let i = 0; (await roundOf(ledger.owner, base, round)).phase !== 'Closed'; i++) {
      if (i > 20) throw new Error(`Round ${round} does not end.`);
      await ledger.pass(1);
    }
  }

  /** Makes another chain believe what this one seals. */
  async showKeysTo({ ledger: { owner } }: TestFederation): Promise<void> {
    const { keys } = required(this.#team, 'team').sealing;
    await Promise.all(
      keys.map((key) => owner.acceptSealingKey(sudo(), this.para, key).submit(SETTLED)),
    );
  }

  async stop(): Promise<void> {
    await this.#team?.sealing.stop();
    await this.ledger.stop();
  }

  /** Makes this chain listen to another one, newly if it did before. */
  async listenTo({ para, ledger }: TestFederation): Promise<void> {
    const { owner } = this.ledger;
    const calls = [owner.acceptChain(sudo(), para, ledger.owner.chain.genesisHash)];
    if ((await owner.chain.query('userModelSync', 'acceptedChains', para)) !== undefined) {
      calls.unshift(owner.refuseChain(sudo(), para));
    }
    // In this order: calls of one account get nonces in the order of submission.
    await Promise.all(calls.map((call) => call.submit(SETTLED)));
  }
}

/** Both chains. */
export interface Ledgers {
  readonly a: TestFederation;
  readonly b: TestFederation;
  readonly faults: Faults;
  stop(): Promise<void>;
}

/**
 * Starts a federation on each chain of the network under test. Nobody listens to anybody yet, unless a suite before it made them.
 * Embedded chains make a block of each transaction and message, and others only when they are told to.
 */
export async function startLedgers(): Promise<Ledgers> {
  const store = new MemoryContentStore();
  const network = isReal ? await realNetworkOf() : await embeddedNetworkOf();
  const [a, b] = await Promise.all(
    ([1000, 2000] as const).map(async (para) => {
      const chain = network.chain(para);
      const ledger: TestLedger = await TestLedger.on(
        {
          endpoint: chain.endpoint,
          nextBlock: () => chain.nextBlock(ledger),
          settle: () => chain.settle(ledger),
          stop: async () => {},
        },
        3,
        store,
      );
      return TestFederation.start(para, ledger);
    }),
  );
  const stop = async (): Promise<void> => {
    await a?.stop();
    await b?.stop();
    await network.stop();
  };
  return { a: a as TestFederation, b: b as TestFederation, faults: network.faults, stop };
}

interface StartedNetwork {
  chain(para: Para): {
    readonly endpoint: string;
    nextBlock(ledger: TestLedger): Promise<void>;
    settle(ledger: TestLedger): Promise<void>;
  };
  readonly faults: Faults;
  stop(): Promise<void>;
}

async function embeddedNetworkOf(): Promise<StartedNetwork> {
  const network = await EmbeddedNetwork.start({ heartbeat: 0 });
  const pause = async (para: Para): Promise<void> => network.chain(para).pause();
  const resume = async (para: Para): Promise<void> => network.chain(para).resume();
  return {
    chain: (para) => {
      const chain = network.chain(para);
      const { endpoint } = chain;
      return { endpoint, nextBlock: () => chain.newBlock(), settle: async () => {} };
    },
    faults: { pause, resume, stop: pause, start: resume },
    stop: () => network.stop(),
  };
}

async function realNetworkOf(): Promise<StartedNetwork> {
  const network = await realNetwork();
  return {
    chain: (para) => ({
      endpoint: network.chain(para).endpoint,
      nextBlock: ({ owner }) => nextHead(owner),
      settle: ({ owner }) => finality(owner),
    }),
    faults: {
      pause: (para) => network.pause(network.chain(para).node),
      resume: (para) => network.resume(network.chain(para).node),
      stop: (para) => network.kill(network.chain(para).node),
      start: (para) => network.restart(network.chain(para).node),
    },
    stop: async () => {},
  };
}

/** Waits for the next block of a chain. */
async function nextHead({ chain: { api } }: LedgerClient): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let heads = 0;
  // The first one that is told is the newest of now.
  const unsubscribe = await api.rpc.chain.subscribeNewHeads(() => {
    heads++;
    if (heads > 1) resolve();
  });
  await promise;
  unsubscribe();
}

/** Waits until the newest block, or the one that came in its place, is final. */
async function finality({ chain: { api } }: LedgerClient): Promise<void> {
  const height = (await api.rpc.chain.getHeader()).number.toNumber();
  const { promise, resolve } = Promise.withResolvers<void>();
  const unsubscribe = await api.rpc.chain.subscribeFinalizedHeads(({ number }) => {
    if (number.toNumber() >= height) resolve();
  });
  await promise;
  unsubscribe();
}
