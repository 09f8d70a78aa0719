// SPDX-License-Identifier: Apache-2.0
// An application that uses the packages. package-check.ts copies the compiled file beside the packed packages and runs it there, on
// several versions of Node: `node application.js <entry points>`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { developmentKeys } from '@training-ledger/circuits';
import { type CircuitBytes, createPortableProver } from '@training-ledger/circuits/portable';
import { EmbeddedNetwork } from '@training-ledger/network';
import { generateSeeds, readKeystore, writeKeystore } from '@training-ledger/offchain-worker';
import { type CircuitId, ownershipStatement } from '@training-ledger/protocol/statements';
import { LedgerChain, toHex } from '@training-ledger/sdk';

let passed = 0;
let failed = 0;

async function check(name: string, holds: () => Promise<boolean>): Promise<void> {
  const problem = await holds().then((ok) => (ok ? undefined : 'no'), String);
  console.log(
    problem === undefined ? `ok     ${process.version}: ${name}` : `FAILED ${name}: ${problem}`,
  );
  if (problem === undefined) passed += 1;
  else failed += 1;
}

async function load(circuit: CircuitId): Promise<CircuitBytes> {
  const read = (name: string): Promise<Buffer> =>
    readFile(join(developmentKeys.directory, circuit, name));
  const [wasm, zkey, json] = await Promise.all(
    ['circuit.wasm.gz', 'circuit.zkey', 'verification_key.json'].map(read),
  );
  return {
    wasm: gunzipSync(wasm as Buffer),
    zkey: zkey as Buffer,
    verificationKey: JSON.parse(String(json)),
  };
}

async function provesOwnership(): Promise<boolean> {
  const { circuits } = await developmentKeys.manifest();
  const pinned = (circuit: CircuitId): { wasm: string; zkey: string } => {
    const files = circuits[circuit]?.files;
    return { wasm: files?.['circuit.wasm'] ?? '', zkey: files?.['circuit.zkey'] ?? '' };
  };
  const prover = createPortableProver({ load, pinned });
  const proved = await prover.prove(ownershipStatement(1n, 2n));
  const isSound = await prover.verify(proved);
  const publicInputs = [9n, ...proved.publicInputs.slice(1)];
  const isForged = await prover.verify({ ...proved, publicInputs });
  await prover.close();
  return isSound && !isForged;
}

async function keepsKeys(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'training-ledger-keys-'));
  try {
    const [file, seeds] = [join(folder, 'worker.json'), generateSeeds()];
    await writeKeystore(file, seeds, 'correct horse');
    return toHex((await readKeystore(file, 'correct horse')).sealing) === toHex(seeds.sealing);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runsAChain(): Promise<boolean> {
  const network = await EmbeddedNetwork.start({ paraIds: [1000] });
  try {
    const [ledger] = network.chains;
    const chain = await LedgerChain.connect(ledger?.endpoint as string);
    const { number } = await chain.finalized();
    await chain.disconnect();
    return Number.isSafeInteger(number);
  } finally {
    await network.stop();
  }
}

for (const name of process.argv.slice(2)) {
  const isImportedForItself = name.endsWith('/require-node');
  await check(`import '${name}'`, async () => {
    const names = Object.keys(await import(name));
    return names.length > 0 || isImportedForItself;
  });
}
await check('prove ownership and verify it', provesOwnership);
await check('write a keystore and read it', keepsKeys);
await check('run a chain and read it', runsAChain);
console.log(`${passed} passed, ${failed} failed`);
// snarkjs leaves its curve's threads running.
process.exit(failed === 0 ? 0 : 1);
