// SPDX-License-Identifier: Apache-2.0
// The ceremony of circuits/README.md, command by command, for the smallest circuit: its keys prove.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createProver, openKeys } from '@training-ledger/circuits';
import { ownershipStatement } from '@training-ledger/protocol/statements';
import { expect, it } from 'vitest';
import { blocks, ROOT } from './commands.ts';

const execute = promisify(execFile);
/** A public value that nobody knew before. */
const BEACON = '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20';

it('the documented ceremony makes keys that prove', { timeout: 300_000 }, async () => {
  const shell = await blocks('circuits/README.md', 'sh');
  const steps = shell.find((block) => block.includes('ceremony -- contribute'));
  expect(steps).toBeDefined();
  const folder = await mkdtemp(join(tmpdir(), 'ceremony-'));
  try {
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const script = (steps as string)
      .replaceAll('bn128 16', 'bn128 9')
      .replaceAll(/<hex[^>]*>/g, BEACON)
      // A participant types randomness of its own.
      .replaceAll(/^(npx snarkjs \w+ contribute [^#\n]*)/gm, 'echo typed | $1')
      .replaceAll('--powers pot_final.ptau', '--powers pot_final.ptau --circuit ownership')
      .replaceAll('npm run', `npm --prefix '${ROOT}' run`);
    const options = { cwd: folder, maxBuffer: 2 ** 26 };
    const { stdout } = await execute('bash', ['-euo', 'pipefail', '-c', script], options);
    expect(stdout).toContain('ownership: sound');
    expect(stdout).toContain('contribution of first participant');

    // A key with something else in it is noticed by everyone.
    const key = join(folder, 'ceremony', 'ownership', 'circuit.zkey');
    const bytes = await readFile(key);
    const verify = `npm --prefix '${ROOT}' run circuits:verify -- ceremony`;
    await writeFile(key, bytes.with(bytes.length - 2_000, 1 ^ (bytes.at(-2_000) as number)));
    await expect(execute('bash', ['-c', verify], options)).rejects.toMatchObject({ code: 1 });
    await writeFile(key, bytes);

    const prover = createProver({ keys: openKeys(join(folder, 'ceremony')) });
    const proved = await prover.prove(ownershipStatement(1n, 2n));
    expect(await prover.verify(proved)).toBe(true);
    await prover.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
