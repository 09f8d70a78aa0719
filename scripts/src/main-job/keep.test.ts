// SPDX-License-Identifier: Apache-2.0
// What is left of a job: with --keep everything, as long as it is wanted; else and afterwards nothing.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { ROOT } from '../paths.ts';
import { JobProcess, running } from './job-process.test.helper.ts';

const execute = promisify(execFile);
const TIMEOUT = 400_000;
/** A program ends when it notices that nobody writes to it any longer. */
const ENDING = { timeout: 20_000 };

let job: JobProcess;
afterEach(() => job?.remove());

describe('a job that is kept', () => {
  it('leaves what it prints usable until it is ended, and then nothing', {
    timeout: TIMEOUT,
  }, async () => {
    job = await JobProcess.start(['--users', '2', '--keep']);
    await job.written('stdout', /Ctrl-C ends everything/);
    const { stdout } = job;
    const commands = [...stdout.matchAll(/^ {2}npm run (.*)$/gm)].map(([, rest]) => rest as string);
    const [status, block, generation, exported] = await Promise.all(
      commands.map(async (command) => {
        const run = execute('npm', ['run', '--silent', ...command.split(' ')], { cwd: ROOT });
        return (await run).stdout;
      }),
    );
    expect(commands).toHaveLength(4);
    expect(status).toMatch(/committee +Ready, 2 of 3/);
    expect(status).toMatch(/generation +1/);
    expect(block).toMatch(/aggregate +valid\n/);
    expect(generation).toMatch(/wrongParts +none/);
    expect(exported).toContain('3 proofs verified');
    const snippet = stdout.slice(stdout.indexOf('  import {'), stdout.indexOf('\nCtrl-C'));
    const node = ['--conditions=@training-ledger/source', '--input-type=module', '--eval', snippet];
    const read = await execute(process.execPath, node, { cwd: ROOT });
    expect(read.stdout).toBe('generation 1 has 650 weights\n');
    const report = JSON.parse(readFileSync(job.file('report.json'), 'utf8'));
    expect(commands[0]).toContain(report.chain.base);
    expect(readFileSync(job.file('report.html'), 'utf8')).toContain(report.blocks[0].leader);

    const family = job.family();
    expect(family.length).toBeGreaterThan(4);
    expect(await job.left()).toHaveLength(1);
    expect(await job.end('SIGTERM')).toBe(0);
    await expect.poll(() => running(family), ENDING).toEqual([]);
    expect(await job.left()).toEqual([]);
  });
});

describe('a job that is interrupted', () => {
  it.each([
    ['SIGTERM', 'while the network starts', /-- network/],
    ['SIGINT', 'in the middle', /-- operations/],
  ] as const)(
    'by %s %s leaves no process and no file',
    { timeout: TIMEOUT },
    async (signal, _, moment) => {
      job = await JobProcess.start(['--users', '2', '--json']);
      await job.written('stderr', moment);
      const family = job.family();
      expect(family.length).toBeGreaterThan(3);
      expect(await job.end(signal)).toBe(130);
      expect(job.stderr).toMatch(/Interrupted: everything that was started has ended\.\n$/);
      expect(job.stdout).toBe('');
      await expect.poll(() => running(family), ENDING).toEqual([]);
      expect(await job.left()).toEqual([]);
      for (const file of ['report.json', 'report.html', 'export.json']) {
        expect(existsSync(job.file(file))).toBe(false);
      }
    },
  );
});

describe('a job that cannot write', () => {
  it('says so before it begins, and leaves nothing', { timeout: TIMEOUT }, async () => {
    job = await JobProcess.start(['--html', 'no/such/folder/report.html']);
    expect(await job.ended()).toBe(1);
    expect(job.stderr).toContain('FILE_NOT_WRITABLE: no/such/folder/report.html cannot be written');
    expect(await job.left()).toEqual([]);
  });
});
