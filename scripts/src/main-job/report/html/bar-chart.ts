// SPDX-License-Identifier: Apache-2.0
// Rows of bars, as SVG: each row has parts that follow each other, or that lie where they begin.
import { html, type Markup } from './markup.ts';

/** A part of a row. */
export interface BarPart {
  readonly value: number;
  /** Where it begins; where the part before ends by default. */
  readonly from?: number;
  /** What a pointer that rests on it is told. */
  readonly title: string;
}

/** A row of the chart. */
export interface BarRow {
  readonly label: string;
  readonly parts: readonly BarPart[];
  /** Behind the bar. */
  readonly total: string;
}

/** How a chart is drawn. */
export interface BarChartOptions {
  readonly label: string;
  readonly rows: readonly BarRow[];
  /** Class of the bars, which gives their colour. */
  readonly style?: 'bar' | 'reward' | 'time';
}

const WIDTH = 1_000;
const LEFT = 150;
const RIGHT = 130;
const ROW = 26;
/** Opacity of the first part of a row; the last one has 1. */
const FAINTEST = 0.35;

/** Draws the rows, all to one scale. */
export function barChart({ label, rows, style = 'bar' }: BarChartOptions): Markup {
  const placed = rows.map(({ parts }) => place(parts));
  const most = Math.max(...placed.flat().map(({ to }) => to), 0);
  const x = (value: number): number =>
    LEFT + (most === 0 ? 0 : value / most) * (WIDTH - LEFT - RIGHT);
  const drawn = rows.map((row, i) => {
    const top = i * ROW;
    const parts = placed[i] as Placed[];
    const end = Math.max(...parts.map(({ to }) => to), 0);
    const bars = parts.map(
      ({ from, to, title, opacity }) => html`
<rect class="${style}" x="${x(from).toFixed(1)}" y="${top + 4}" width="${Math.max(0, x(to) - x(from) - 1).toFixed(1)}" height="${ROW - 8}" rx="2" fill-opacity="${opacity}"><title>${title}</title></rect>`,
    );
    return html`
<text x="${LEFT - 10}" y="${top + ROW / 2 + 4}" text-anchor="end">${row.label}</text>${bars}
<text class="quiet" x="${(x(end) + 8).toFixed(1)}" y="${top + ROW / 2 + 4}">${row.total}</text>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${Math.max(1, rows.length) * ROW}" role="img" aria-label="${label}">${drawn}
</svg>`;
}

interface Placed {
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly opacity: string;
}

function place(parts: readonly BarPart[]): Placed[] {
  let end = 0;
  return parts.map(({ value, from = end, title }, i) => {
    end = from + value;
    const step = parts.length === 1 ? 1 : i / (parts.length - 1);
    return { from, to: end, title, opacity: (FAINTEST + (1 - FAINTEST) * step).toFixed(2) };
  });
}
