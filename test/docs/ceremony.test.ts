// SPDX-License-Identifier: Apache-2.0
// The ceremony of circuits/README.md, command by command, for the smallest circuit: its keys prove.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createProver, openKeys } from '@training-ledger/circuits';
import { ownershipStatement } from '@training-ledger/circuits/statements';
import { expect, it } from 'vitest';
import { blocks, ROOT } from './commands.ts';

const execute = promisify(execFile);
/** A public value that nobody knew before. */
const BEACON = '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20';

it('the documented ceremony makes keys that prove', { timeout: 300_000 }, async () => {
  const shell = await blocks('circuits/README.md', 'sh');
  const steps = shell.find((block) => block.includes('powersoftau new'));
  expect(steps).toBeDefined();
  const folder = await mkdtemp(join(tmpdir(), 'ceremony-'));
  try {
    for (const part of ['circuits', 'node_modules'])
      await symlink(join(ROOT, part), join(folder, part));
    const script = (steps as string)
      .replaceAll('zkpot-64x10', 'ownership')
      .replaceAll('bn128 16', 'bn128 9')
      .replaceAll(/<hex[^>]*>/g, BEACON)
      // A participant types randomness of its own.
      .replaceAll(/^(npx snarkjs \w+ contribute [^#\n]*)/gm, 'echo typed | $1')
      .replace(
        'cd .. && npm run pin -w circuits -- ceremony',
        `cd '${ROOT}' && npm run pin -w circuits -- '${folder}/ceremony'`,
      );
    await mkdir(join(folder, 'ceremony'));
    await execute('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, maxBuffer: 2 ** 26 });

    const prover = createProver({ keys: openKeys(join(folder, 'ceremony')) });
    const proved = await prover.prove(ownershipStatement(1n, 2n));
    expect(await prover.verify(proved)).toBe(true);
    await prover.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
