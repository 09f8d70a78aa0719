// SPDX-License-Identifier: Apache-2.0
// A user's model leaves the ledger as a file that anyone can verify without a node.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { verifyingKeyBytes } from '@training-ledger/circuits';
import { readMetadata } from '@training-ledger/runtime-types/files';
import { LedgerCodec, readBundle, verifyBundle, writeBundle } from '@training-ledger/sdk';
import { FINAL, type JobContext, type User } from './context.ts';
import { writeWhole } from './files.ts';
import type { Report } from './report/report.ts';

/** Exports a user's model and verifies the export. */
export async function exportModel(
  { progress }: Pick<JobContext, 'progress'>,
  { client, model, name }: User,
  file: string,
): Promise<Report['exported']> {
  const proof = await client.proveExport(model.id);
  await (await client.exportModel(model.id, proof)).submit(FINAL);
  const bytes = writeBundle(await client.exportBundle(model));
  await writeWhole(resolve(file), bytes);
  progress.step('export', `${name} exported its model (${Math.round(bytes.length / 1024)} KiB)`);
  const { ops, sealedOps, proofs } = await verifyExport(file);
  progress.step('export', `${proofs} proofs of the export verified without a node`);
  return { file, ops, sealedOps, proofs };
}

/**
 * Verifies an exported model with this repository's development keys and nothing else.
 * @throws SdkError of `readBundle` and `verifyBundle`.
 */
export async function verifyExport(file: string): ReturnType<typeof verifyBundle> {
  const bundle = readBundle(new Uint8Array(await readFile(file)));
  // Nothing comes from a chain: the codec is that of the committed metadata.
  const codec = LedgerCodec.fromMetadata(await readMetadata());
  return verifyBundle(codec, bundle, { verifyingKey: verifyingKeyBytes });
}
