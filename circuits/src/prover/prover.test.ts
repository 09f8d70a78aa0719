// SPDX-License-Identifier: GPL-3.0-only
// What the prover does when it is not left alone: cancelled, overrun, killed, given other keys, closed.
import { type ChildProcess, execFileSync } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownershipStatement, type Statement } from '@training-ledger/protocol/statements';
import { trueStatements } from '@training-ledger/protocol/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { developmentKeys, openKeys } from '../keys.ts';
import { BACKENDS } from '../testing/backends.ts';
import type { ProverOptions } from './process-prover.ts';
import type { Prover } from './prover.ts';
import { ProvingProcess } from './proving-process.ts';
import type { Result } from './tasks.ts';

const code = (value: string) => expect.objectContaining({ name: 'ProverError', code: value });
const statement = ownershipStatement(1n, 2n);
const slow = trueStatements().find(({ circuit }) => circuit === 'zkpot-16x4') as Statement;

describe.each(BACKENDS)('$name', ({ name, create }) => {
  let prover: Prover;
  const open = (options: ProverOptions = {}): Prover => {
    prover = create(options);
    return prover;
  };
  afterEach(() => prover.close());

  /** Every process that was started from here. */
  const started: ChildProcess[] = [];
  subscribe('child_process', (message) => {
    started.push((message as { process: ChildProcess }).process);
  });
  const alive = (): ChildProcess[] =>
    started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  const kill = (): void => {
    for (const child of alive()) process.kill(child.pid as number, 'SIGKILL');
  };

  describe('cancelling', () => {
    it('stops a running proof, and the next one is made', async () => {
      open();
      const controller = new AbortController();
      const running = prover.prove(slow, {
        signal: controller.signal,
        onProgress: (phase) => phase === 'proof' && controller.abort(),
      });
      const waiting = prover.prove(statement);
      await expect(running).rejects.toEqual(code('CANCELLED'));
      expect(await prover.verify(await waiting)).toBe(true);
    });

    it('takes a waiting proof out of the queue', async () => {
      open({ queueLimit: 1 });
      const controller = new AbortController();
      const running = prover.prove(slow);
      const waiting = prover.prove(statement, { signal: controller.signal });
      controller.abort();
      await expect(waiting).rejects.toEqual(code('CANCELLED'));
      const another = prover.prove(statement);
      expect(await prover.verify(await running)).toBe(true);
      expect(await prover.verify(await another)).toBe(true);
    });

    it('before it began, begins nothing', async () => {
      open();
      const phases: string[] = [];
      const proof = prover.prove(statement, {
        signal: AbortSignal.abort(),
        onProgress: (phase) => phases.push(phase),
      });
      await expect(proof).rejects.toEqual(code('CANCELLED'));
      expect(phases).toEqual([]);
    });
  });

  describe('limits', () => {
    it('bound the queue', async () => {
      open({ queueLimit: 1 });
      const [running, waiting] = [prover.prove(statement), prover.prove(statement)];
      await expect(prover.prove(statement)).rejects.toEqual(code('QUEUE_FULL'));
      await Promise.all([running, waiting]);
    });

    it('bound the time of a proof', async () => {
      open({ timeLimit: 1 });
      await expect(prover.prove(slow)).rejects.toEqual(code('TIMED_OUT'));
    });
  });

  describe('a proof', () => {
    it('tells its phases in order, and leaves the event loop free', async () => {
      open();
      const phases: string[] = [];
      let turns = 0;
      const timer = setInterval(() => turns++, 5);
      await prover.prove(slow, { onProgress: (phase) => phases.push(phase) });
      clearInterval(timer);
      expect(phases).toEqual(['waiting', 'witness', 'proof']);
      expect(turns).toBeGreaterThan(10);
    });

    it('of what does not hold fails, and says nothing of the witness', async () => {
      open();
      const secret = 123_456_789_123_456_789n;
      const forged: Statement = {
        ...statement,
        inputs: { ...statement.inputs, secret },
      };
      const error = await prover.prove(forged).catch((reason: unknown) => reason);
      expect(error).toEqual(code('WITNESS_INVALID'));
      expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(String(secret));
      // Signals that the circuit does not have, or lacks.
      const { secret: _, ...without } = statement.inputs;
      for (const inputs of [without, { ...statement.inputs, other: 1n }]) {
        await expect(prover.prove({ ...statement, inputs })).rejects.toEqual(
          code('WITNESS_INVALID'),
        );
      }
    });
  });

  describe('a process that dies', () => {
    it('fails its proof, and another takes its place', async () => {
      open();
      const killed = prover.prove(slow, {
        onProgress: (phase) => phase === 'proof' && kill(),
      });
      await expect(killed).rejects.toEqual(code('BACKEND'));
      expect(await prover.verify(await prover.prove(statement))).toBe(true);
    });

    it('while idle is noticed by the next proof', async () => {
      open();
      await prover.prove(statement);
      expect(alive()).toHaveLength(1);
      kill();
      await sleep(200);
      expect(await prover.verify(await prover.prove(statement))).toBe(true);
    });

    it('after it was stopped says nothing more', async () => {
      open();
      const backend = new ProvingProcess();
      const results: Result[] = [];
      const files = await developmentKeys.proving('ownership');
      const task = { inputs: statement.inputs, ...files };
      backend.run(task, undefined, (result) => results.push(result));
      backend.stop();
      const second = new Promise<Result>((resolve) => backend.run(task, undefined, resolve));
      expect(await second).toHaveProperty('proof');
      expect(results).toEqual([]);
      backend.stop();
    });
  });

  describe('keys', () => {
    const directory = mkdtempSync(join(tmpdir(), 'keys-'));
    afterAll(() => rmSync(directory, { recursive: true }));
    const folder = (name: string): string => {
      const target = join(directory, name);
      for (const part of ['manifest.json', 'ownership']) {
        cpSync(join(developmentKeys.directory, part), join(target, part), { recursive: true });
      }
      return target;
    };

    it('in a folder of its own work like the shipped ones', async () => {
      open({ keys: openKeys(folder('own')) });
      expect(await prover.verify(await prover.prove(statement))).toBe(true);
    });

    const damage: Record<string, (target: string) => void> = {
      'a proving key that was changed': (target) =>
        appendFileSync(join(target, 'ownership/circuit.zkey'), 'x'),
      'a witness calculator that was changed': (target) =>
        writeFileSync(join(target, 'ownership/circuit.wasm.gz'), 'no gzip'),
      'another witness calculator beside it': (target) =>
        writeFileSync(join(target, 'ownership/circuit.wasm'), 'no WASM'),
      'no proving key': (target) => rmSync(join(target, 'ownership/circuit.zkey')),
      'no witness calculator': (target) => rmSync(join(target, 'ownership/circuit.wasm.gz')),
      'no entry in the manifest': (target) =>
        writeFileSync(join(target, 'manifest.json'), '{"kind":"development","circuits":{}}'),
      'no manifest': (target) => rmSync(join(target, 'manifest.json')),
      'a manifest that is no JSON': (target) => writeFileSync(join(target, 'manifest.json'), '{'),
    };
    it.each(Object.entries(damage))('with %s are refused', async (name, harm) => {
      const target = folder(name.replaceAll(' ', '-'));
      harm(target);
      open({ keys: openKeys(target) });
      await expect(prover.prove(statement)).rejects.toEqual(code('KEYS_INVALID'));
    });

    // The native prover has read the key and needs the file no more.
    it.runIf(name === 'snarkjs')(
      'that are replaced while the prover runs are refused',
      async () => {
        const target = folder('replaced');
        open({ keys: openKeys(target) });
        await prover.prove(statement);
        appendFileSync(join(target, 'ownership/circuit.zkey'), 'x');
        await expect(prover.prove(statement)).rejects.toEqual(code('KEYS_INVALID'));
      },
    );
  });

  describe('closing', () => {
    it('ends the process, and what runs and waits', async () => {
      open();
      const proofs = [prover.prove(slow), prover.prove(statement), prover.prove(statement)];
      const outcomes = Promise.allSettled(proofs);
      await sleep(300);
      expect(alive()).toHaveLength(1);
      await prover.close();
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: code('CLOSED') });
      }
      await expect(prover.prove(statement)).rejects.toEqual(code('CLOSED'));
      await sleep(200);
      expect(alive()).toEqual([]);
      await prover.close();
    });

    it('is not needed: an idle prover keeps no process alive', () => {
      const program = `
      import { createSnarkjsProver } from '@training-ledger/circuits';
      import { ownershipStatement } from '@training-ledger/protocol/statements';
      const { proof } = await createSnarkjsProver().prove(ownershipStatement(1n, 2n));
      console.log(proof.length);`;
      const output = execFileSync(
        process.execPath,
        ['--conditions=@training-ledger/source', '--input-type=module', '--eval', program],
        { encoding: 'utf8', cwd: developmentKeys.directory, timeout: 60_000 },
      );
      expect(output).toBe('128\n');
    });
  });
});
