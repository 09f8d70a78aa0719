// SPDX-License-Identifier: Apache-2.0
// `npm run bench:aggregation`: what encrypted aggregation costs clients, workers and auditors, against TenSEAL (native SEAL) and
// the building blocks of Flower's SecAgg+ on updates of the same size, in one run. A ratio above 1 means that we are faster;
// `verify` is the check of all contributors' updates over the time of one commitment.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { measure, type PythonPeer, pythonWith } from './measure.ts';

const TENSEAL: PythonPeer = {
  name: 'tenseal',
  packages: ['tenseal==0.3.18', 'numpy'],
  modules: ['tenseal', 'numpy'],
  variable: 'TRAINING_LEDGER_TENSEAL_PYTHON',
};
const FLOWER: PythonPeer = {
  name: 'flower',
  packages: ['flwr==1.41.0', 'numpy'],
  modules: ['flwr', 'numpy'],
  variable: 'TRAINING_LEDGER_FLOWER_PYTHON',
};
/** Shares a client of SecAgg+ gives out: its neighbours and itself. */
const NUM_SHARES = 16;

/** One size and packing of ours; milliseconds. */
interface Ours {
  readonly parameters: number;
  readonly packing: 'lossless' | 'compact';
  readonly bytes: number;
  readonly mask: number;
  readonly commit: number;
  readonly add: number;
  readonly growth: Readonly<Record<string, number>>;
  readonly verify: number;
  readonly partialDecryption: number;
  readonly open: number;
}

/** One size of a peer; milliseconds, adding with reading the updates' bytes. */
interface Peer {
  readonly parameters: number;
  readonly encrypt: number;
  readonly bytes: number;
  readonly load: number;
  readonly add: number;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

const { values } = parseArgs({
  options: {
    contributors: { type: 'string', default: '100' },
    parameters: { type: 'string', multiple: true, default: ['100000', '1000000'] },
    against: { type: 'string', multiple: true, default: ['tenseal', 'flower'] },
    json: { type: 'boolean', default: false },
  },
});
const say = (message: string): void => console.error(message);
const contributors = Math.min(1_000, Math.max(2, Math.floor(Number(values.contributors)) || 100));
const sizes = values.parameters.filter((size) => /^[1-9]\d{2,6}$/.test(size));

try {
  if (sizes.length === 0) throw new Error('--parameters takes a number of 3 to 7 digits.');
  say(`the sum of ${contributors} updates is made and checked`);
  const ours = await measure(process.execPath, [
    ...process.execArgv,
    here('./aggregate.ts'),
    String(contributors),
    ...sizes,
  ]);
  const measured = ours.result['measured'] as Ours[];
  const peers: Record<string, { measured: Peer[]; peakMemory: number; version: unknown }> = {};
  for (const [name, peer, extra] of [
    ['tenseal', TENSEAL, []],
    ['flower', FLOWER, [String(NUM_SHARES)]],
  ] as const) {
    if (!values.against.includes(name)) continue;
    say(`${name} does the same`);
    const script = here(`./aggregate_with_${name}.py`);
    const args = [script, String(contributors), ...extra, ...sizes];
    const { result, peakMemory } = await measure(await pythonWith(peer, say), args);
    peers[name] = {
      measured: result['measured'] as Peer[],
      peakMemory,
      version: result['version'],
    };
  }

  const first = measured[0] as Ours;
  const adding = ({ load, add }: Peer): number => load + add;
  const ratios = {
    ...Object.fromEntries(
      Object.entries(peers).map(([name, { measured: of }]) => [
        name,
        round(adding(of[0] as Peer) / first.add),
      ]),
    ),
    verify: round(first.verify / first.commit),
  };
  const report = {
    bytesPerParameter: round(first.bytes / first.parameters),
    ratios,
    contributors,
    parametersPerSecond: Math.round((1_000 * first.parameters * contributors) / first.add),
    ours: { ...ours.result, peakMemory: ours.peakMemory },
    peers,
  };
  if (values.json) console.log(JSON.stringify(report));
  else {
    const table = new Table({
      head: [
        '',
        'parameters',
        'bytes each',
        'client (ms)',
        'commitment (ms)',
        `sum of ${contributors} (ms)`,
        'million a second',
        `check of ${contributors} (ms)`,
        'over one commitment',
        'opening (ms)',
      ],
      colAligns: ['left', ...Array(9).fill('right')],
      style: { head: [], border: [] },
    });
    const speed = (parameters: number, ms: number): string =>
      ((parameters * contributors) / ms / 1_000).toFixed(0);
    for (const one of measured) {
      table.push([
        `ours, ${one.packing}`,
        one.parameters,
        round(one.bytes / one.parameters),
        one.mask.toFixed(0),
        one.commit.toFixed(0),
        one.add.toFixed(0),
        speed(one.parameters, one.add),
        one.verify.toFixed(0),
        (one.verify / one.commit).toFixed(1),
        one.open.toFixed(0),
      ]);
    }
    for (const [name, { measured: of }] of Object.entries(peers)) {
      for (const one of of) {
        table.push([
          name,
          one.parameters,
          round(one.bytes / one.parameters),
          one.encrypt.toFixed(0),
          '',
          adding(one).toFixed(0),
          speed(one.parameters, adding(one)),
          '',
          '',
          '',
        ]);
      }
    }
    console.log(table.toString());
    const memory = [
      ['ours', ours.peakMemory],
      ...Object.entries(peers).map(([n, p]) => [n, p.peakMemory]),
    ];
    console.log(
      `peak memory: ${memory.map(([name, bytes]) => `${name} ${Math.round((bytes as number) / 2 ** 20)} MB`).join(', ')}`,
    );
    const atStart = Math.round((ours.result['memoryAtStart'] as number) / 2 ** 20);
    console.log(`before anything was sealed, ours took ${atStart} MB: Node and the code`);
    const growth = Object.entries(first.growth).map(([n, ms]) => `${n}: ${ms.toFixed(0)} ms`);
    console.log(`growth with contributors at ${first.parameters} parameters: ${growth.join(', ')}`);
    console.log(`commitments are made by: ${ours.result['backend']}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
