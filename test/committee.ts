// SPDX-License-Identifier: Apache-2.0
// A key committee in this process, step by step with what the worker package has, so that tests can let a member misbehave.
import {
  attempts,
  collectivePublicKey,
  deal,
  memberKey,
  openDealing,
  partialDecryption,
  positionOf,
  refreshed,
} from '@training-ledger/offchain-worker';
import type { Committee, Hex } from '@training-ledger/runtime-types';
import {
  contentHash,
  getCommittee,
  type KemKeyPair,
  kemKeyPair,
  type LedgerClient,
  parseSum,
  required,
  updateShape,
} from '@training-ledger/sdk';
import { SETTLED } from './settled.ts';

/** One member. */
export interface TestMember {
  readonly client: LedgerClient;
  readonly address: string;
  readonly position: number;
  readonly kem: KemKeyPair;
}

/** The committee of one federation. */
export class TestCommittee {
  readonly owner: LedgerClient;
  readonly base: Hex;
  readonly members: readonly TestMember[];
  readonly threshold: number;
  #epoch = 0;
  #dealings: Uint8Array[] = [];
  readonly #keys = new Map<number, Uint8Array>();

  constructor(
    owner: LedgerClient,
    base: Hex,
    clients: readonly LedgerClient[],
    threshold = clients.length,
  ) {
    this.owner = owner;
    this.base = base;
    this.threshold = threshold;
    this.members = clients.map((client, i) => ({
      client,
      address: client.context.identity.account.address,
      position: i + 1,
      kem: kemKeyPair(),
    }));
  }

  /** Forms the committee and makes its key. */
  async make(): Promise<this> {
    await this.form();
    await this.dealOut();
    await this.confirm();
    return this;
  }

  /** Forms the committee; every member accepts. */
  async form(): Promise<void> {
    const { owner, base, threshold } = this;
    const accounts = this.members.map(({ address }) => address);
    await owner.formCommittee(base, { members: accounts, threshold }).submit(SETTLED);
    const accept = async ({ client, kem }: TestMember): Promise<void> => {
      const keys = await client.context.store.put(kem.publicKey);
      await this.call(client, 'acceptMembership', { base, keys });
    };
    await Promise.all(this.members.map(accept));
    this.#epoch = (await this.onChain()).epoch;
  }

  /** What the members agree on before they deal. */
  get facts(): { base: Hex; epoch: number; threshold: number; members: number } {
    const { base, threshold, members } = this;
    return { base, epoch: this.#epoch, threshold, members: members.length };
  }

  /** Every member deals; `change` in place of what a member would upload. */
  async dealOut(change: (file: Uint8Array, position: number) => Uint8Array = same): Promise<void> {
    const { base } = this;
    const kemPublicKeys = this.members.map(({ kem }) => kem.publicKey);
    this.#dealings = this.members.map(({ position }) =>
      change(deal({ ...this.facts, dealer: position, kemPublicKeys }), position),
    );
    const commit = ({ client }: TestMember, i: number): Promise<void> => {
      const dealing = contentHash(this.#dealings[i] as Uint8Array);
      return this.call(client, 'commitDealing', { base, dealing });
    };
    await Promise.all(this.members.map(commit));
    for (const file of this.#dealings) await this.owner.context.store.put(file);
  }

  /** Every member checks all dealings and confirms the key. */
  async confirm(): Promise<void> {
    const { base } = this;
    const dealings = this.#dealings;
    const { epoch, threshold } = this.facts;
    const key = collectivePublicKey({ base, epoch, threshold, dealings });
    const publicKey = await this.owner.context.store.put(key);
    const confirm = ({ client, position, kem }: TestMember): Promise<void> => {
      const shares = dealings.map((dealing, i) =>
        openDealing(dealing, { ...this.facts, dealer: i + 1, member: position, kem }),
      );
      this.#keys.set(position, memberKey(shares));
      return this.call(client, 'confirmKey', { base, publicKey });
    };
    await Promise.all(this.members.map(confirm));
  }

  /** These members, all by default, approve what a round sealed. */
  async approve(round: number, members = this.members): Promise<void> {
    const { base } = this;
    const number = required(
      await this.owner.chain.query('trainingLedger', 'roundBlock', base, round),
      'block of this round',
    );
    const { content } = (await this.owner.getBlock(number)).block.aggregate;
    for (const { client } of members) {
      await this.call(client, 'approveAggregate', { base, round, content });
    }
  }

  /** A member's part of the round's newest attempt. */
  async part(round: number, position: number): Promise<Uint8Array> {
    const { chain, context } = this.owner;
    const attempt = required((await attempts(chain, this.base, round)).at(-1), 'attempt');
    const number = required(
      await chain.query('trainingLedger', 'roundBlock', this.base, round),
      'block of this round',
    );
    const { content } = (await this.owner.getBlock(number)).block.aggregate;
    const sum = parseSum(await context.store.get(content), await updateShape(chain, this.base));
    const committee = await this.onChain();
    return partialDecryption({
      sum: await refreshed(this.owner.context, this.base, attempt, sum),
      attempt: attempt.number,
      memberKey: required(this.#keys.get(position), 'such member key'),
      position,
      positions: attempt.members.map((account) => positionOf(committee, account)),
    });
  }

  /** The members of the newest attempt give their parts; `change` in place of what a member would give. */
  async decrypt(
    round: number,
    change: (part: Uint8Array, position: number) => Uint8Array = same,
  ): Promise<void> {
    const { base, owner } = this;
    const attempt = required((await attempts(owner.chain, base, round)).at(-1), 'attempt');
    const committee = await this.onChain();
    for (const position of attempt.members.map((account) => positionOf(committee, account))) {
      const { client } = this.members[position - 1] as TestMember;
      const share = await client.context.store.put(
        change(await this.part(round, position), position),
      );
      const args = { base, round, attempt: attempt.number, share };
      await this.call(client, 'submitPartialDecryption', args);
    }
  }

  /** A member's call. */
  async call(client: LedgerClient, name: string, args: object): Promise<void> {
    const { account } = client.context.identity;
    await client.chain
      .prepare(account, 'committee', name as 'excludeOps', args as never)
      .submit(SETTLED);
  }

  /** The committee as the chain has it. */
  async onChain(): Promise<Committee> {
    return required(await getCommittee(this.owner.chain, this.base), 'such committee');
  }
}

const same = (bytes: Uint8Array): Uint8Array => bytes;
