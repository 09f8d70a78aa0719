// SPDX-License-Identifier: GPL-3.0-only
// npm run vectors -w circuits: writes circuits/vectors. The Groth16 fixture holds a real proof, which is random: it is
// made anew only when its key changed.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fieldToBytes, ownershipStatement } from '@training-ledger/protocol/statements';
import { createSnarkjsProver, verifyingKeyBytes } from '../index.ts';
import { vectorCommitmentData } from './vector-commitment-data.ts';
import { vectorFiles } from './vector-data.ts';

const VECTORS_DIR = fileURLToPath(new URL('../../vectors/', import.meta.url));

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** JSON with arrays of plain values on one line. */
function format(value: unknown): string {
  const flat = /\[\s+(?:[^[\]{}"]|"[^"]*")+\]/g;
  const inline = (array: string): string => array.replace(/\s+/g, ' ');
  return `${JSON.stringify(value, null, 1).replace(flat, inline)}\n`;
}

async function writeFixture(file: string): Promise<void> {
  const key = hex(await verifyingKeyBytes('ownership'));
  const old = await readFile(file, 'utf8').catch(() => '{}');
  if (JSON.parse(old).verifyingKey === key) return;
  const prover = createSnarkjsProver();
  const { circuit, publicInputs, proof } = await prover.prove(ownershipStatement(7n, 42n));
  await prover.close();
  await writeFile(
    file,
    `${JSON.stringify(
      {
        circuit,
        verifyingKey: key,
        publicInputs: publicInputs.map((input) => hex(fieldToBytes(input))),
        proof: hex(proof),
      },
      null,
      2,
    )}\n`,
  );
}

const files = {
  ...vectorFiles(),
  'vector-commitments.json': await vectorCommitmentData(),
};
for (const [name, value] of Object.entries(files)) {
  await writeFile(join(VECTORS_DIR, name), format(value));
}
await writeFixture(join(VECTORS_DIR, 'groth16-fixture.json'));
