// SPDX-License-Identifier: Apache-2.0
// A user's history over all chains, as the connected one knows it: what it recorded and what it mirrors.

import { opId, verifyHashChain } from '@training-ledger/protocol';
import type { Hex, HistoryEntry, TrainingOp } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import type { LedgerChain } from './chain.ts';
import { request } from './connection.ts';
import { required } from './context.ts';
import { mirroredOps } from './mirrors.ts';

/** Entries of one request. */
const PAGE = 512;

/** An op, and the chain that recorded it. */
export interface RecordedOp {
  /** Para id. */
  readonly para: number;
  readonly id: Hex;
  readonly op: TrainingOp;
}

/** A model with its ops by index, wherever they were recorded. */
export interface ModelHistory {
  readonly model: Hex;
  readonly ops: readonly RecordedOp[];
}

/** The para id of a chain. */
export async function paraIdOf({ api }: LedgerChain): Promise<number> {
  const id = await request(async () => api.query['parachainInfo']?.['parachainId']?.());
  return Number(required(id, 'para id').toString());
}

/**
 * The ops of all models of a user id that the chain recorded or mirrors, as of one block. With everything synced, it is the
 * same on every chain. Each model's ops are checked to be one hash chain from the first on.
 * @throws SdkError `HASH_CHAIN_BROKEN`; `NOT_CONNECTED`.
 */
export async function userHistoryAcross(chain: LedgerChain, user: Hex): Promise<ModelHistory[]> {
  const here = await paraIdOf(chain);
  const models = new Map<Hex, HistoryEntry[]>();
  for (const entry of await historyEntries(chain, user)) {
    models.set(entry.model, [...(models.get(entry.model) ?? []), entry]);
  }
  return Promise.all(
    [...models].map(async ([model, entries]) => {
      const paras = new Set(entries.map(({ para }) => para).filter((para) => para !== here));
      const mirrored = await mirroredById(chain, [...paras], model);
      const ops = await Promise.all(
        entries.map(async ({ para, op: id }) => {
          const op =
            para === here ? await chain.query('trainingLedger', 'ops', id) : mirrored.get(id)?.op;
          if (op === undefined || opId(chain.codec, op) !== id) {
            throw new SdkError('HASH_CHAIN_BROKEN', 'An op is not the one that its id names.');
          }
          return { para, id, op };
        }),
      );
      verifyHashChain(
        chain.codec,
        ops.map(({ op }) => op),
      );
      return { model, ops };
    }),
  );
}

/** All pages of the list, of one block: between two blocks it may grow in the middle. */
async function historyEntries(chain: LedgerChain, userId: Hex): Promise<HistoryEntry[]> {
  const { api } = chain;
  const at = (await request(() => api.rpc.chain.getBlockHash())).toHex();
  const entries: HistoryEntry[] = [];
  for (;;) {
    const page = { userId, skip: entries.length, limit: PAGE };
    const found = await chain.runtimeApi('userModelSyncApi', 'userHistory', page, at);
    entries.push(...found);
    if (found.length < PAGE) return entries;
  }
}

/**
 * Ops of a model that the chain mirrors, by index: those that other chains recorded before the model came here.
 * @throws SdkError `HASH_CHAIN_BROKEN`.
 */
export async function opsFromElsewhere(
  chain: LedgerChain,
  userId: Hex,
  model: Hex,
): Promise<Map<number, { readonly id: Hex; readonly op: TrainingOp }>> {
  const mirrors = await chain.entries('userModelSync', 'userMirrors', userId);
  const paras = mirrors
    .map(([key]) => key as readonly [number, Hex])
    .filter(([, mirrored]) => mirrored === model)
    .map(([para]) => para);
  const ops = await mirroredById(chain, paras, model);
  return new Map([...ops.values()].map(({ id, op }) => [op.index, { id, op }]));
}

async function mirroredById(
  chain: LedgerChain,
  paras: readonly number[],
  model: Hex,
): Promise<Map<Hex, { readonly id: Hex; readonly op: TrainingOp }>> {
  const all = await Promise.all(paras.map((para) => mirroredOps(chain, para, model)));
  return new Map(all.flat().map(({ id, op }) => [id, { id, op }]));
}
