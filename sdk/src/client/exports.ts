// SPDX-License-Identifier: Apache-2.0
// Making export bundles.

import {
  BUNDLE_FORMAT,
  type BundledOp,
  type ExportBundle,
  fieldHex,
  toHex,
  writeModelFile,
} from '@training-ledger/protocol';
import type { Hex, Version } from '@training-ledger/runtime-types';
import { SdkError } from '../errors.ts';
import { getInclusionProof } from './blocks.ts';
import { type ClientContext, type LocalModel, required } from './context.ts';
import { modelOps } from './history.ts';

/**
 * Collects everything about an own model into one bundle.
 * @throws SdkError `NOT_FOUND`, `CONTENT_NOT_FOUND`, `HASH_CHAIN_BROKEN`, or `HISTORY_ELSEWHERE` if other chains recorded ops
 * of the model.
 */
export async function exportBundle(
  context: ClientContext,
  model: LocalModel,
): Promise<ExportBundle> {
  const { chain, store } = context;
  const record = required(await chain.query('userModels', 'userModels', model.id), 'such model');
  if ((await chain.entries('userModelSync', 'absences', model.id)).length > 0) {
    throw new SdkError('HISTORY_ELSEWHERE', 'Other chains recorded ops of the model.', {
      details: 'A bundle holds what one chain recorded and can prove.',
    });
  }
  const versions: Version[] = [];
  for (let i = 0; i <= record.version; i++) {
    versions.push(
      required(await chain.query('userModels', 'versions', model.id, i), `version ${i}`),
    );
  }
  const ops: BundledOp[] = [];
  for (const { id, op } of await modelOps(context, model.id)) {
    const inclusion = await getInclusionProof(chain, id as Hex);
    const proofs = toHex(await store.get(op.proofs));
    ops.push({ id, op, proofs, ...(inclusion === undefined ? {} : { inclusion }) });
  }
  return {
    format: BUNDLE_FORMAT,
    genesis: chain.genesisHash,
    model: model.id,
    owner: record.owner,
    userId: record.userId,
    base: record.base,
    weights: toHex(writeModelFile(model.shape, model.weights)),
    salt: fieldHex(model.salt),
    versions,
    ops,
  };
}
