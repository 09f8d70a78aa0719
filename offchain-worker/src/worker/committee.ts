// SPDX-License-Identifier: Apache-2.0
// The duties of a committee member while the committee makes the federation's key: a one-time key for what it is dealt, its
// own dealing, and the checks of everybody's.
import { randomBytes } from 'node:crypto';
import type { Committee, Hex } from '@training-ledger/runtime-types';
import { contentHash, getCommittee, kemKeyPair, SdkError } from '@training-ledger/sdk';
import {
  CommitteeError,
  collectivePublicKey,
  type DealtShare,
  deal,
  encodeEvidence,
  memberKey,
  openDealing,
} from '../committee/index.ts';
import { WorkerError } from '../errors.ts';
import { isAccount } from './accounts.ts';
import type { MemberSecrets } from './committee-secrets.ts';
import type { DutyContext } from './context.ts';

/** A committee in which the worker is a member. */
export interface Membership {
  readonly committee: Committee;
  /** Its place among the members, from 1 on: its point in the sharing. */
  readonly position: number;
}

/** The worker's membership in its federation's committee; undefined if it is no member. */
export async function membership({
  client,
  base,
  address,
}: DutyContext): Promise<Membership | undefined> {
  const committee = await getCommittee(client.chain, base);
  const index = committee?.members.findIndex(({ account }) => isAccount(account, address)) ?? -1;
  return committee === undefined || index < 0 ? undefined : { committee, position: index + 1 };
}

/** Does what the making of the key asks for now. Whether a transaction was sent. */
export async function makeKey(context: DutyContext, member: Membership): Promise<boolean> {
  const { committee, position } = member;
  const own = committee.members[position - 1] as Committee['members'][number];
  if (committee.status.type === 'Forming' && own.keys === undefined)
    return accept(context, committee);
  if (committee.status.type === 'Dealing' && own.dealing === undefined)
    return dealOut(context, member);
  if (committee.status.type === 'Confirming' && own.confirmed === undefined) {
    return confirm(context, member);
  }
  return false;
}

async function accept(context: DutyContext, { epoch }: Committee): Promise<boolean> {
  const { client, base, secrets, outbox } = context;
  const known = await secrets.read(base, epoch);
  const kemSeed = known?.kemSeed ?? new Uint8Array(randomBytes(64));
  if (known === undefined) await secrets.write(base, epoch, { kemSeed });
  const { chain, store, identity } = client.context;
  const keys = await store.put(kemKeyPair(kemSeed).publicKey);
  const call = chain.prepare(identity.account, 'committee', 'acceptMembership', { base, keys });
  await outbox.send(['accepted the membership', `${base} ${epoch}`], call, { base, epoch });
  return true;
}

/** The dealing is uploaded only after every member's hash is on chain: nobody can choose its own knowing the others'. */
async function dealOut(
  context: DutyContext,
  { committee, position }: Membership,
): Promise<boolean> {
  const { client, base, secrets, outbox } = context;
  const { epoch, threshold, members } = committee;
  const { chain, store, identity } = client.context;
  const known = await own(context, epoch);
  const dealing =
    known.dealing ??
    deal({
      base,
      epoch,
      threshold,
      dealer: position,
      kemPublicKeys: await Promise.all(members.map(({ keys }) => store.get(keys as Hex))),
    });
  if (known.dealing === undefined) await secrets.write(base, epoch, { ...known, dealing });
  const call = chain.prepare(identity.account, 'committee', 'commitDealing', {
    base,
    dealing: contentHash(dealing),
  });
  await outbox.send(['committed to a dealing', `${base} ${epoch}`], call, { base, epoch });
  return true;
}

/** Uploads the own dealing, and confirms the key once every dealing is there and right; complains about one that is not. */
async function confirm(
  context: DutyContext,
  { committee, position }: Membership,
): Promise<boolean> {
  const { client, base, secrets, outbox, log } = context;
  const { epoch, threshold, members } = committee;
  const { chain, store, identity } = client.context;
  const known = await own(context, epoch);
  const kem = kemKeyPair(known.kemSeed);
  await store.put(known.dealing as Uint8Array);
  const dealings = await Promise.all(
    members.map(({ dealing }) => store.get(dealing as Hex).catch(absent)),
  );
  // A member uploads its dealing when it sees that all are committed to.
  if (!dealings.every((dealing) => dealing !== undefined)) return false;
  const facts = { base, epoch, threshold, members: members.length };
  const shares: DealtShare[] = [];
  for (const [i, dealing] of dealings.entries()) {
    try {
      shares.push(openDealing(dealing, { ...facts, dealer: i + 1, member: position, kem }));
    } catch (error) {
      if (!(error instanceof CommitteeError) || error.member !== i + 1) throw error;
      const dealer = members[i]?.account as string;
      log.error({ dealer, code: error.code }, 'a dealing is wrong');
      // The one-time key guarded nothing but this committee, which ends here.
      const evidence = await store.put(encodeEvidence(known.kemSeed));
      const call = chain.prepare(identity.account, 'committee', 'complain', {
        base,
        dealer,
        evidence,
      });
      const key = `${base} ${epoch}`;
      await outbox.send(['complained about a dealing', key], call, { base, dealer });
      return true;
    }
  }
  await secrets.write(base, epoch, { ...known, memberKey: memberKey(shares) });
  const publicKey = await store.put(collectivePublicKey({ base, epoch, threshold, dealings }));
  const call = chain.prepare(identity.account, 'committee', 'confirmKey', { base, publicKey });
  await outbox.send(['confirmed the key', `${base} ${epoch}`], call, { base, epoch });
  return true;
}

/** @throws WorkerError `MEMBER_SECRETS_MISSING`. */
async function own({ secrets, base }: DutyContext, epoch: number): Promise<MemberSecrets> {
  const known = await secrets.read(base, epoch);
  if (known !== undefined) return known;
  throw new WorkerError('MEMBER_SECRETS_MISSING', 'The journal has no secrets of this committee.', {
    hint: 'Start the worker with the journal with which it accepted the membership.',
  });
}

function absent(error: unknown): undefined {
  if (error instanceof SdkError && error.code === 'CONTENT_NOT_FOUND') return undefined;
  throw error;
}
