// SPDX-License-Identifier: Apache-2.0
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { Counter, serveMetrics, WorkerMetrics } from './metrics.ts';

describe('metrics', () => {
  it('are served as Prometheus reads them', async () => {
    const metrics = new WorkerMetrics();
    metrics.transactions.add(2, { name: 'sealed a "block"' });
    metrics.round.set(4);
    metrics.proofSeconds.observe(1.5);
    const { port, close } = await serveMetrics(metrics, 0);
    try {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(text).toContain('# TYPE training_ledger_worker_transactions_total counter');
      expect(text).toContain(
        'training_ledger_worker_transactions_total{name="sealed a \\"block\\""} 2',
      );
      expect(text).toContain('training_ledger_worker_round 4\n');
      expect(text).toContain('training_ledger_worker_proof_seconds_sum 1.5');
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
      const others = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
      const outside = others.find(({ family, internal }) => family === 'IPv4' && !internal);
      if (outside !== undefined)
        await expect(fetch(`http://${outside.address}:${port}/metrics`)).rejects.toThrow();
    } finally {
      await close();
    }
  });

  it('do not grow without bound', () => {
    const counter = new Counter();
    for (let i = 0; i < 1_000; i++) counter.add(1, { code: String(i) });
    expect(counter.lines('x').length).toBeLessThanOrEqual(65);
    expect(counter.value()).toBe(1_000 - 64);
  });
});

it('the log holds no secrets', () => {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  log.info(
    { seed: 'hush', entry: { salt: 'hush', nonce: 'hush', round: 5 }, passphrase: 'hush' },
    'hello',
  );
  log.debug('not shown');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('hush');
  expect(lines[0]).toContain('"round":5');
});
