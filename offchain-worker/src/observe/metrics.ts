// SPDX-License-Identifier: Apache-2.0
// Metrics in Prometheus' text format (exposition format 0.0.4), served on the loopback interface only.
import { createServer } from 'node:http';

type Labels = Readonly<Record<string, string>>;
/** Label sets of one metric; more are counted under no label, so that nothing outside makes it grow. */
const MAX_SERIES = 64;

/** A number that only grows. */
export class Counter {
  readonly #series = new Map<string, number>();

  /** Adds to the series of these labels. */
  add(amount: number, labels: Labels = {}): void {
    const wanted = render(labels);
    const key = this.#series.has(wanted) || this.#series.size < MAX_SERIES ? wanted : '';
    this.#series.set(key, (this.#series.get(key) ?? 0) + amount);
  }

  /** Value of the series of these labels. */
  value(labels: Labels = {}): number {
    return this.#series.get(render(labels)) ?? 0;
  }

  lines(name: string): string[] {
    return [...this.#series].map(([labels, value]) => `${name}${labels} ${value}`);
  }
}

/** A number as it is now. */
export class Gauge {
  #value: number | undefined;

  /** Sets the value. */
  set(value: number): void {
    this.#value = value;
  }

  lines(name: string): string[] {
    return this.#value === undefined ? [] : [`${name} ${this.#value}`];
  }
}

/** Sum and number of observed values. */
export class Summary {
  #sum = 0;
  #count = 0;

  /** Takes in one value. */
  observe(value: number): void {
    this.#sum += value;
    this.#count++;
  }

  lines(name: string): string[] {
    return [`${name}_sum ${this.#sum}`, `${name}_count ${this.#count}`];
  }
}

/** The metrics of a worker. */
export class WorkerMetrics {
  readonly heads = new Counter();
  readonly transactions = new Counter();
  readonly errors = new Counter();
  readonly round = new Gauge();
  readonly proofSeconds = new Summary();

  /** All metrics as text. */
  text(): string {
    const all = [
      ['heads_total', 'counter', 'Heads of the chain that were looked at.', this.heads],
      [
        'transactions_total',
        'counter',
        'Transactions in a block, by what they do.',
        this.transactions,
      ],
      ['errors_total', 'counter', 'Steps that failed, by code.', this.errors],
      ['round', 'gauge', 'Newest round of the federation.', this.round],
      ['proof_seconds', 'summary', 'Seconds to prove the accuracy of a model.', this.proofSeconds],
    ] as const;
    return all
      .flatMap(([name, type, help, metric]) => {
        const full = `training_ledger_worker_${name}`;
        return [`# HELP ${full} ${help}`, `# TYPE ${full} ${type}`, ...metric.lines(full)];
      })
      .concat('')
      .join('\n');
  }
}

/** Serves metrics at `/metrics`. Port 0 takes a free one. */
export async function serveMetrics(
  metrics: WorkerMetrics,
  port: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const isMetrics = request.method === 'GET' && request.url === '/metrics';
    response.writeHead(isMetrics ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(isMetrics ? metrics.text() : '');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function render(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${value.replaceAll(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
