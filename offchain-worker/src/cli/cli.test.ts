// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'worker-cli-'));
const keystore = join(folder, 'keystore.json');

afterAll(() => rmSync(folder, { recursive: true }));

function cli(args: string[], env: Record<string, string> = {}, input = '') {
  const node = [
    '--conditions=@training-ledger/source',
    '--disable-warning=ExperimentalWarning',
    CLI,
    ...args,
  ];
  return spawnSync(process.execPath, node, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
    input,
  });
}

const PASSPHRASE = { TRAINING_LEDGER_PASSPHRASE: 'correct horse' };

describe('the command line', () => {
  it('makes keys and shows their public parts', () => {
    const made = cli(['keys', 'generate', '--keystore', keystore, '--json'], PASSPHRASE);
    expect(made.status).toBe(0);
    const shown = cli(['keys', 'show', '--keystore', keystore, '--json'], PASSPHRASE);
    expect(shown.stdout).toBe(made.stdout);
    expect(JSON.parse(shown.stdout)).toEqual({
      account: expect.stringMatching(/^5/),
      sealingKeyHash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
    });
  });

  it('reads a passphrase from a file', () => {
    const file = join(folder, 'passphrase');
    writeFileSync(file, 'correct horse\n', { mode: 0o600 });
    expect(cli(['keys', 'show', '--keystore', keystore, '--passphraseFile', file]).status).toBe(0);
  });

  it('takes no passphrase from a flag', () => {
    const { status } = cli([
      'keys',
      'show',
      '--keystore',
      keystore,
      '--passphrase',
      'correct horse',
    ]);
    expect(status).toBe(1);
  });

  it('reads options from stdin', () => {
    const run = (input: string) => cli(['run', '--config', '-'], PASSPHRASE, input).stderr;
    const options = {
      endpoint: 'ws://127.0.0.1:1',
      base: `0x${'0'.repeat(64)}`,
      keystore: join(folder, 'no keystore'),
      store: folder,
      journal: folder,
      data: folder,
    };
    expect(run(JSON.stringify({ ...options, base: '0x1' }))).toContain('--base');
    expect(run('{')).toContain('CONFIG_INVALID');
    // It got as far as the keystore.
    expect(run(JSON.stringify(options))).toContain(options.keystore);
  });

  it('says on stderr what is wrong, and fails', () => {
    const missing = cli(['keys', 'show', '--keystore', keystore]);
    expect(missing.status).toBe(1);
    expect(missing.stdout).toBe('');
    expect(missing.stderr).toContain('KEYSTORE_PASSPHRASE');
    expect(cli(['keys', 'generate', '--keystore', keystore], PASSPHRASE).stderr).toContain(
      'KEYSTORE_EXISTS',
    );
  });
});
