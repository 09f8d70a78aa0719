// SPDX-License-Identifier: Apache-2.0
// Opening a sealed sum from what the committee's members published: anyone can, and can check that the right thing came out.
import { addressEq } from '@polkadot/util-crypto';
import { parameterCount } from '@training-ledger/protocol/statements';
import type { Committee, Hex, TrainingBlock } from '@training-ledger/runtime-types';
import {
  type ClientContext,
  committeeKey,
  fromHex,
  getCommittee,
  type LedgerChain,
  Packing,
  parseSum,
  required,
} from '@training-ledger/sdk';
import {
  type KeyPartSum,
  nameWrongShares,
  openKeySum,
  type PartialDecryption,
  parsePartialDecryption,
  refreshKeyPart,
  suspectShares,
} from '../committee/index.ts';
import { WorkerError } from '../errors.ts';
import { type OpenedSum, openSum } from '../masking/index.ts';

/** An attempt of the committee to decrypt a round's sum. */
export interface Attempt {
  readonly number: number;
  /** Accounts whose parts make the decryption. */
  readonly members: readonly string[];
  /** Block of the chain in which it began. */
  readonly openedAt: number;
  /** What the sum is refreshed with. */
  readonly seed: Hex;
  /** Accounts that gave their part, with its content hash. */
  readonly shares: readonly (readonly [account: string, share: Hex])[];
}

/** A round's aggregate, opened. */
export interface OpenedAggregate extends OpenedSum {
  readonly attempt: number;
  /** Accounts whose part of another attempt was wrong. */
  readonly wrong: readonly string[];
  /** Accounts one of which was wrong in another attempt, where that cannot be told. */
  readonly suspects: readonly string[];
}

type Reader = Pick<ClientContext, 'chain' | 'store'>;

/** The attempts of a round, from the first on. */
export async function attempts(chain: LedgerChain, base: Hex, round: number): Promise<Attempt[]> {
  const opening = await chain.query('committee', 'openings', base, round);
  if (opening === undefined) return [];
  return Promise.all(
    Array.from({ length: opening.current + 1 }, async (_, number) => ({
      number,
      ...required(
        await chain.query('committee', 'decryptions', base, round, number),
        'such attempt',
      ),
    })),
  );
}

/** Whether every member of an attempt gave its part. */
export const isComplete = ({ members, shares }: Attempt): boolean =>
  members.length === shares.length;

/** Place of an account among a committee's members, from 1 on; 0 if it is none. */
export const positionOf = ({ members }: Committee, account: string): number =>
  1 + members.findIndex((member) => addressEq(member.account, account));

/**
 * The mean update of a sealed round, from the first attempt that opens it, and whose part of another attempt was wrong.
 * @throws WorkerError `NOT_DECRYPTED` while no attempt has all its parts, or none opens.
 */
export async function openAggregate(
  reader: Reader,
  base: Hex,
  round: number,
): Promise<OpenedAggregate> {
  const all = (await attempts(reader.chain, base, round)).filter(isComplete);
  for (const attempt of all) {
    try {
      const opened = await openAttempt(reader, base, round, attempt);
      const others = all.filter(({ number }) => number !== attempt.number);
      return {
        ...opened,
        attempt: attempt.number,
        ...(await blame(reader, base, attempt, others)),
      };
    } catch (error) {
      if (!(error instanceof WorkerError) || error.code !== 'ATTEMPT_FAILED') throw error;
    }
  }
  throw new WorkerError('NOT_DECRYPTED', 'The committee has not decrypted this sum.', {
    details: `${all.length} complete attempts so far.`,
    hint: 'Wait for its members.',
  });
}

/**
 * Opens a sum by the parts of one attempt.
 * @throws WorkerError `ATTEMPT_FAILED` if a part is missing, malformed or wrong.
 */
export async function openAttempt(
  { chain, store }: Reader,
  base: Hex,
  round: number,
  attempt: Attempt,
): Promise<OpenedSum> {
  const block = await sealedBlock(chain, base, round);
  const { shape, rules } = required(
    await chain.query('userModels', 'baseModels', base),
    'such base model',
  );
  const packing = new Packing(rules.packing);
  const { valuesPerCoefficient } = packing;
  const parameters = parameterCount(shape);
  const content = await store.get(block.aggregate.content);
  const sum = parseSum(content, { parameters, valuesPerCoefficient });
  const committee = required(await getCommittee(chain, base), 'such committee');
  const { shares, wrong } = await readShares(store, committee, attempt);
  const failed = (details: string, cause?: unknown): WorkerError =>
    new WorkerError('ATTEMPT_FAILED', 'The parts of this attempt do not open the sum.', {
      details: `Attempt ${attempt.number}: ${details}`,
      hint: 'A member gave a wrong part; another set of members opens the sum and names it.',
      cause,
    });
  if (wrong.length > 0)
    throw failed(`those of members ${wrong.join(', ')} are missing or malformed.`);
  try {
    const fresh = await refreshed({ chain, store }, base, attempt, sum);
    const keySum = openKeySum({ sum: fresh, shares });
    return await openSum({ base, sum, keySum, packing });
  } catch (cause) {
    if (!FAILURES.has((cause as { code?: string }).code ?? '')) throw cause;
    throw failed((cause as Error).message, cause);
  }
}

/**
 * What the members of an attempt decrypt: the sum's key part, refreshed with the attempt's seed.
 * @throws SdkError `COMMITTEE_NOT_READY` or `CONTENT_NOT_FOUND`; CommitteeError `KEY_PART_MALFORMED`.
 */
export async function refreshed(
  reader: Reader,
  base: Hex,
  { seed }: Attempt,
  sum: KeyPartSum,
): Promise<KeyPartSum> {
  const publicKey = await committeeKey(reader, base);
  return refreshKeyPart(sum, { publicKey, seed: fromHex(seed) });
}

/** What a wrong part of a member leads to. */
const FAILURES: ReadonlySet<string> = new Set([
  'KEY_SUM_OUT_OF_RANGE',
  'KEY_SUM_WRONG',
  'DECRYPTION_SET_INVALID',
]);

/** Who was wrong in complete attempts that did not open, by an attempt that did. */
async function blame(
  { chain, store }: Reader,
  base: Hex,
  opened: Attempt,
  others: readonly Attempt[],
): Promise<Pick<OpenedAggregate, 'wrong' | 'suspects'>> {
  const committee = required(await getCommittee(chain, base), 'such committee');
  const reference = await readShares(store, committee, opened);
  const [wrong, suspects] = [new Set<number>(), new Set<number>()];
  for (const attempt of others) {
    const posted = await readShares(store, committee, attempt);
    const named = [...posted.wrong, ...nameWrongShares(reference, posted.shares)];
    for (const position of named) wrong.add(position);
    if (named.length > 0) continue;
    for (const position of suspectShares(reference, posted.shares)) suspects.add(position);
  }
  const accounts = (positions: Set<number>): string[] =>
    [...positions].sort().map((position) => committee.members[position - 1]?.account as string);
  return { wrong: accounts(wrong), suspects: accounts(suspects) };
}

/** The parts of an attempt, and whose are missing or malformed. */
async function readShares(
  store: ClientContext['store'],
  committee: Committee,
  attempt: Attempt,
): Promise<{ shares: PartialDecryption[]; wrong: number[] }> {
  const positions = attempt.members.map((account) => positionOf(committee, account));
  const [shares, wrong] = [[], []] as [PartialDecryption[], number[]];
  for (const [i, position] of positions.entries()) {
    const account = attempt.members[i] as string;
    const [, content] = attempt.shares.find(([by]) => addressEq(by, account)) ?? [];
    try {
      const file = await store.get(content as Hex);
      const place = { attempt: attempt.number, position, positions };
      shares.push(parsePartialDecryption(file, place));
    } catch (error) {
      if (!UNUSABLE.has((error as { code?: string }).code ?? '')) throw error;
      wrong.push(position);
    }
  }
  return { shares, wrong };
}

/** What is wrong with a part whatever the others are. */
const UNUSABLE: ReadonlySet<string> = new Set([
  'CONTENT_NOT_FOUND',
  'CONTENT_HASH_MISMATCH',
  'CONTENT_TOO_LARGE',
  'SHARE_MALFORMED',
]);

async function sealedBlock(chain: LedgerChain, base: Hex, round: number): Promise<TrainingBlock> {
  const number = required(
    await chain.query('trainingLedger', 'roundBlock', base, round),
    'block of this round',
  );
  return required(await chain.query('trainingLedger', 'blocks', number), `block ${number}`);
}
