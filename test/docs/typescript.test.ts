// SPDX-License-Identifier: Apache-2.0
// The TypeScript of the documentation means what the packages export.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { blocks, documents, ROOT } from './commands.ts';

const execute = promisify(execFile);

/** What the examples take for given. */
const GIVEN = `
type Recording = Parameters<import('@training-ledger/sdk').LedgerClient['recordTraining']>[0];
declare const account: import('@polkadot/keyring/types').KeyringPair;
declare const secret: bigint;
declare const passphrase: string;
declare const binding: bigint;
declare const signal: AbortSignal;
declare const base: import('@training-ledger/runtime-types').Hex;
declare const client: import('@training-ledger/sdk').LedgerClient;
declare const model: Recording['model'];
declare const newWeights: Recording['newWeights'];
declare const interaction: Recording['interaction'];
declare const batch: Recording['batch'];
declare const encryptor: Recording['encryptor'];
declare const user: typeof client;
declare const userId: import('@training-ledger/runtime-types').Hex;
declare const file: Uint8Array;
type Verification = NonNullable<Parameters<typeof import('@training-ledger/sdk').verifyBundle>[2]>;
declare const trustedLeaders: Verification['sealingKeys'];
declare const genesis: Verification['genesis'];
type Fields = Parameters<typeof import('@training-ledger/sdk').createTrainingRecord>[0];
declare const modelId: Fields['modelId'];
declare const datasetHash: Fields['datasetHash'];
declare const contributorProofs: Fields['contributorProofs'];
declare function isOnLedger(proof: unknown): Promise<boolean>;
type Zkpot = Parameters<typeof import('@training-ledger/protocol/statements').zkpotMlpStatement>[2];
declare const weights: Zkpot['weights'];
declare const salt: Zkpot['salt'];
declare const challenge: Zkpot['challenge'];
declare const prover: import('@training-ledger/circuits').Prover;
declare const onA: typeof client;
declare const onB: typeof client;
declare const round: number;
declare const features: Int8Array;
declare const store: import('@training-ledger/sdk').ContentStore;
declare const nodeKey: import('@training-ledger/protocol/statements').NodeKeyPair;
declare const uri: string;
declare const secretHex: import('@training-ledger/runtime-types').Hex;
declare const kemSeed: import('@training-ledger/runtime-types').Hex;
declare const id: import('@training-ledger/runtime-types').Hex;
declare const scalars: Uint8Array;
declare const vectors: readonly Uint8Array[];
declare const openings: Parameters<import('@training-ledger/circuits').VectorCommitter['checkOpenings']>[0];
declare const it: typeof import('vitest').it;
`;

/** What the packages export, for examples that leave their imports out. */
const PACKAGES = [
  '@training-ledger/sdk',
  '@training-ledger/runtime-types',
  '@training-ledger/sdk/testing',
  '@training-ledger/circuits',
  '@training-ledger/protocol',
  '@training-ledger/protocol/statements',
];

async function exported(): Promise<string> {
  const lines = new Map<string, string>();
  for (const name of PACKAGES) {
    for (const value of Object.keys(await import(name))) {
      lines.set(value, `declare const ${value}: typeof import('${name}').${value};`);
    }
  }
  return [...lines.values()].join('\n');
}

it('every TypeScript example compiles', async () => {
  const cache = join(ROOT, 'node_modules', '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'documentation-'));
  try {
    let count = 0;
    for (const file of await documents()) {
      for (const block of await blocks(file, '(?:ts|typescript)')) {
        const name = `${String(++count).padStart(2, '0')}-${file.replace(/\W/g, '-')}.ts`;
        await writeFile(join(folder, name), `${block}\nexport {};\n`);
      }
    }
    expect(count).toBeGreaterThan(0);
    await writeFile(join(folder, 'given.d.ts'), `${GIVEN}${await exported()}\n`);
    const options = { composite: false, incremental: false, noEmit: true, noUnusedLocals: false };
    const project = {
      extends: join(ROOT, 'tsconfig.base.json'),
      compilerOptions: { ...options, types: ['node'] },
      // What the sources import that has no types of its own.
      include: ['*.ts', join(ROOT, 'circuits', 'src', 'setup', '*.d.ts')],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    const said = await execute(tsc, ['-p', folder]).then(
      () => '',
      ({ stdout }: { stdout: string }) => stdout,
    );
    expect(said).toBe('');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
