// SPDX-License-Identifier: Apache-2.0
// A line through shares of 0 to 1, as SVG.
import { percent } from '../report.ts';
import { html, type Markup } from './markup.ts';

/** A point of the line, from left to right. */
export interface LinePoint {
  /** Below the axis. */
  readonly label: string;
  readonly share: number;
  /** What a pointer that rests on it is told. */
  readonly title: string;
}

const WIDTH = 1_000;
const HEIGHT = 300;
const LEFT = 56;
const RIGHT = 40;
const TOP = 24;
const BOTTOM = 34;
/** Labels that fit below the axis. */
const MOST_LABELS = 12;

/** Draws at least one point. */
export function lineChart(label: string, points: readonly LinePoint[]): Markup {
  const x = (i: number): number =>
    points.length === 1
      ? (LEFT + WIDTH - RIGHT) / 2
      : LEFT + (i / (points.length - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (share: number): number => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  const every = Math.ceil(points.length / MOST_LABELS);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => html`
<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(share)}" y2="${y(share)}"/>
<text class="quiet" x="${LEFT - 8}" y="${y(share) + 4}" text-anchor="end">${100 * share} %</text>`,
  );
  const path = points.map(({ share }, i) => `${x(i).toFixed(1)},${y(share).toFixed(1)}`).join(' ');
  const marks = points.map(({ label: below, share, title }, i) => {
    const isLabelled = i % every === 0 || i === points.length - 1;
    // Beside the axis rather than across it.
    const anchor = i === 0 && points.length > 1 ? 'start' : 'middle';
    const texts = html`
<text x="${x(i) + (anchor === 'start' ? 8 : 0)}" y="${y(share) - 10}" text-anchor="${anchor}">${percent(share)}</text>
<text class="quiet" x="${x(i)}" y="${HEIGHT - 10}" text-anchor="middle">${below}</text>`;
    return html`
<circle class="point" cx="${x(i)}" cy="${y(share)}" r="5"><title>${title}</title></circle>${isLabelled ? texts : ''}`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${grid}
<polyline class="line" points="${path}"/>${marks}
</svg>`;
}
