// SPDX-License-Identifier: Apache-2.0
// Every command of the documentation is run: here, or by the check of `npm test` that is named here.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openGeneration } from '@training-ledger/offchain-worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Federation, type WorkerHome } from '../worker/federation.ts';
import { type DocumentedCommand, documentedCommands, ROOT } from './commands.ts';

const execute = promisify(execFile);
const commands = await documentedCommands();

/** Commands that are run elsewhere, and where. */
const ELSEWHERE: readonly (readonly [pattern: RegExp, where: string])[] = [
  [/^npm install && npm start$/, 'check "main job"'],
  [/^npm install && npm test$/, 'it runs this test'],
  [/^npm (start|test( -- --fresh)?)$/, 'check "main job"; it runs this test'],
  [/^npm test --( --only \w+)+$/, 'some of the checks that run this test'],
  [/^npm install( --save)?$/, 'check "lock file"'],
  [/^npm run package:all$/, 'check "packages", which packs in the same way'],
  [
    /^npm run changeset( -- (status|version))?$/,
    'test/house/changesets.test.ts; npx fetches the tool',
  ],
  [/^npx (biome check --write|vitest run|tsc -b)( [\w/]+)?$/, 'checks "lint", "tests" and "types"'],
  [/^npm start -- --users 20 --rounds 3$/, 'check "main job", with fewer users'],
  [/^npm start -- --keep$/, 'scripts/src/main-job/keep.test.ts'],
  [/^npm run export:verify( -- .+)?$/, 'scripts/src/main-job/keep.test.ts'],
  [/^npm run (build:runtime|codegen(:check)?)$/, 'check "codegen"'],
  [
    /^npm run circuits:(build|check)( -- .+)?$/,
    'check "circuit keys"; circuits/src/setup/keys.test.ts',
  ],
  [
    /^npm run (bench:(proofs|weights|aggregation|network)|measure:commitments -w circuits)/,
    'a measurement',
  ],
  [
    /^npm run (net(:(setup|node|chain|upgrade))?|test:network)( -- .+)?$/,
    'test/network/commands.test.ts; test/upgrade/upgrade.test.ts; check "network"',
  ],
  [/^npm run package:check$/, 'check "packages"'],
  [/^npm run (check|build|format)$/, 'checks "lint" and "types"'],
  [/^npm run vectors -w circuits$/, 'circuits/src/setup/vectors.test.ts'],
  [/^python3 circuits\/vectors\/check.py$/, 'check "vectors"'],
  [
    /^npm run (prover|executor):build( -- --ship)?$/,
    'checks "native prover" and "native executor"',
  ],
  [/^npm run inference-node -- /, 'test/inference-node/commands.test.ts'],
  [
    /^npm run (net:embedded -- --dev|example:record-op)/,
    'network/src/cli/cli.test.ts; network/src/development/federation.test.ts',
  ],
  [/^export TRAINING_LEDGER_EXECUTOR=/, 'network/src/executor/use-executor.test.ts'],
  [/^export /, 'the environment of the worker commands'],
];
/** Steps of the ceremony, run by ceremony.test.ts. */
const CEREMONY =
  /^(npx snarkjs powersoftau |npm run (ceremony|circuits:verify)|npm run pin -w circuits)/;
/** Commands that this file runs, by what they begin with. */
const HERE = [
  'npm start -- --help',
  'npm run net:embedded',
  'npm run worker -- keys generate',
  'npm run worker -- run',
  'npm run worker -- status',
  'npm run worker -- verify-block',
  'npm run worker -- verify-generation',
];

it('every documented command is known to a test', () => {
  expect(commands.length).toBeGreaterThan(5);
  const isKnown = ({ file, command }: DocumentedCommand): boolean =>
    (file === 'circuits/README.md' && CEREMONY.test(command)) ||
    ELSEWHERE.some(([pattern]) => pattern.test(command)) ||
    HERE.some((start) => command.startsWith(start));
  expect(commands.filter((command) => !isKnown(command))).toEqual([]);
});

it('every documented npm script exists', async () => {
  const named = commands.flatMap(({ command }) =>
    [...command.matchAll(/npm run ([\w:-]+)(?: -w (\w+))?/g)].map(([, name, room]) => ({
      name,
      room,
    })),
  );
  const exists = async ({ name, room = '.' }: { name?: string; room?: string }): Promise<boolean> =>
    JSON.parse(await readFile(join(ROOT, room, 'package.json'), 'utf8')).scripts[name as string] !==
    undefined;
  for (const one of named) expect(await exists(one), JSON.stringify(one)).toBe(true);
});

it('npm start -- --help lists the options', async () => {
  const { stdout } = await execute('npm', ['start', '--', '--help'], { cwd: ROOT });
  for (const option of ['--users', '--rounds', '--json']) expect(stdout).toContain(option);
});

it('npm run net:embedded serves two chains', async () => {
  const child = spawn('npm', ['run', 'net:embedded', '--', '--port', '0'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  try {
    await expect
      .poll(() => output.match(/ws:\/\/127\.0\.0\.1:\d+/g) ?? [], { timeout: 60_000 })
      .toHaveLength(2);
  } finally {
    process.kill(-(child.pid as number), 'SIGTERM');
    await once(child, 'exit');
  }
});

describe('the worker commands of the README', () => {
  let federation: Federation;
  let daemon: ReturnType<typeof spawn> | undefined;
  const stopping = new AbortController();
  let other: Promise<void> | undefined;

  beforeAll(async () => {
    federation = await Federation.start({ workers: 1 });
  });
  afterAll(async () => {
    stopping.abort();
    await other;
    if (daemon?.pid !== undefined) process.kill(-daemon.pid, 'SIGKILL');
    await federation?.stop();
  });

  /** A documented command as arguments, with the places of this test. */
  function documented(start: string): string[] {
    const { command } = commands.find((one) => one.command.startsWith(start)) ?? {};
    expect(command, `the README has "${start}"`).toBeDefined();
    const [home] = federation.workers;
    const places: Record<string, string> = {
      'ws://127.0.0.1:9988': federation.endpoint,
      '0x...': federation.base,
      'worker.json': join(federation.folder, 'documented.json'),
      './store': federation.store,
      './journal': join(federation.folder, 'documented-journal'),
      'samples.bin': join(home?.folder as string, 'data.bin'),
    };
    return (command as string).split(' ').map((word) => places[word] ?? word);
  }
  const env = { ...process.env, TRAINING_LEDGER_PASSPHRASE: 'a passphrase of a test' };
  const run = ([program, ...args]: string[]) =>
    execute(program as string, args, { cwd: ROOT, env });

  it('make keys, take part in a round, show it and verify its block', {
    timeout: 300_000,
  }, async () => {
    const { stdout } = await run(documented('npm run worker -- keys generate'));
    const account = /^account\s+(\w+)$/m.exec(stdout)?.[1] as string;
    await federation.fund(account);

    const [program, ...args] = documented('npm run worker -- run');
    daemon = spawn(program as string, args, { cwd: ROOT, env, stdio: 'ignore', detached: true });
    const [home] = federation.workers as [WorkerHome];
    other = federation.run(home, stopping.signal);
    await federation.formCommittee([account, home.account.address]);
    const { owner, base, committer } = federation;
    const { chain } = owner;
    await expect.poll(() => chain.query('zkpot', 'workerCount', base), { timeout: 60_000 }).toBe(2);
    await federation.untilKey();
    const index = await federation.openRoundWithOps();
    await federation.until(index, ['Decrypt']);

    const status = await run(documented('npm run worker -- status'));
    const shown = JSON.parse(status.stdout.trim().split('\n').at(-1) as string);
    expect(shown).toMatchObject({ workers: 2, phase: 'Decrypt', committee: 'Ready, 2 of 2' });
    const verified = await run(documented('npm run worker -- verify-block'));
    expect(verified.stdout).toMatch(/^signature\s+valid$/m);
    expect(verified.stdout).toMatch(/^aggregate\s+valid$/m);
    await federation.untilDecrypted(index);
    await (await openGeneration(owner, committer, base, index)).submit();
    const repeated = await run(documented('npm run worker -- verify-generation'));
    expect(repeated.stdout).toMatch(/^weights\s+the mean of the updates$/m);
  });
});
