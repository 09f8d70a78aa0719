// SPDX-License-Identifier: Apache-2.0
// The report as pictures for a terminal.
import { type Point, plot } from 'simple-ascii-chart';
import { contributions, percent, type Report } from './report.ts';

const WIDTH = 60;
const HEIGHT = 10;
const BAR = 24;

/** Accuracy on the test set after each round, in percent; round 0 is what the base model began with. */
export function accuracyChart({ blocks, accuracy }: Pick<Report, 'blocks' | 'accuracy'>): string {
  const shares = [accuracy.before, ...blocks.map((block) => block.accuracy.after)];
  const points = shares.map((share, i): Point => [i, 100 * share]);
  const chart = plot(between(points), {
    width: WIDTH,
    height: HEIGHT,
    yRange: [0, 100],
    points: points.map(([x, y]) => ({ x, y })),
    customXAxisTicks: points.map(([x]) => x),
    customYAxisTicks: [0, 20, 40, 60, 80, 100],
    xLabel: 'sealed blocks (the dots are measured)',
    formatter: (value, { axis }) => (axis === 'y' ? `${Math.round(value)} %` : String(value)),
  });
  const lines = chart.split('\n').map((line) => line.trimEnd());
  const told = shares.map(percent).join(' -> ');
  return [`Accuracy of the base model: ${told}`, ...lines.filter((line) => line !== '')].join('\n');
}

/** The points, and as many between them as make a line that rises evenly: the chart draws steps. */
function between(points: readonly Point[]): Point[] {
  const last = points.length - 1;
  return Array.from({ length: WIDTH + 1 }, (_, i): Point => {
    const x = (i / WIDTH) * last;
    const from = Math.min(Math.floor(x), last - 1);
    const [[, a], [, b]] = points.slice(from, from + 2) as [Point, Point];
    return [x, a + (b - a) * (x - from)];
  });
}

/** A line a user: what its ops are proven to improve, and what it was paid, in all rounds. */
export function contributionChart(report: Pick<Report, 'users' | 'operations'>): string {
  const all = contributions(report);
  const most = (of: 'delta' | 'reward'): number => Math.max(...all.map((one) => one[of]), 0);
  const [deltas, rewards] = [most('delta'), most('reward')];
  const width = Math.max(...all.map(({ user }) => user.name.length));
  const rows = all.map(({ user, delta, reward }) =>
    [
      user.name.padEnd(width),
      `${bar(delta, deltas)} ${`+${delta}`.padStart(5)}`,
      `${bar(reward, rewards)} ${reward.toFixed(3).padStart(9)} UNIT`,
    ].join('  '),
  );
  const head = `${' '.repeat(width)}  ${'proven improvement, samples'.padEnd(BAR + 6)}  reward`;
  return [head, ...rows].join('\n');
}

/** A value as a bar; eighths of a column are drawn. */
function bar(value: number, most: number): string {
  const eighths = most === 0 ? 0 : Math.round((value / most) * BAR * 8);
  const part = ' ▏▎▍▌▋▊▉'[eighths % 8] as string;
  return `${'█'.repeat(Math.floor(eighths / 8))}${eighths % 8 === 0 ? '' : part}`.padEnd(BAR);
}
