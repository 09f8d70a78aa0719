// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { ALICE, BOB, REPORT } from '../report.test.helper.ts';
import { barChart } from './bar-chart.ts';
import { lineChart } from './line-chart.ts';
import { html } from './markup.ts';
import { reportPage } from './page.ts';

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

describe('markup', () => {
  it('escapes whatever is inserted, and inserts markup as it is', () => {
    const evil = `<script>alert("1" & '2')</script>`;
    expect(html`<b title="${evil}">${evil}</b>`.text).toBe(
      '<b title="&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;">&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;</b>',
    );
    expect(html`<ul>${[html`<li>${1}</li>`, '<li>']}</ul>`.text).toBe(
      '<ul><li>1</li>&lt;li&gt;</ul>',
    );
  });
});

describe('the page', () => {
  const page = reportPage(REPORT);

  it('has whole addresses and ids', () => {
    const { users, operations, blocks, chain } = REPORT;
    const whole = [
      ALICE,
      BOB,
      chain.base,
      chain.genesis,
      ...users.map(({ model }) => model),
      ...operations.map(({ id }) => id),
      ...blocks.map(({ hash }) => hash),
    ];
    for (const text of whole) expect(page).toContain(text);
  });

  it('needs nothing but itself: no script, and no address to load anything from', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|src=|href=/i);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('is in light and in dark', () => {
    expect(page).toContain('color-scheme: light dark');
    expect(page).toContain('@media (prefers-color-scheme: dark)');
  });

  it('closes what it opens', () => {
    for (const tag of ['html', 'body', 'svg', 'table', 'tr', 'td', 'text', 'details', 'div']) {
      expect([tag, count(page, new RegExp(`</${tag}>`, 'g'))]).toEqual([
        tag,
        count(page, new RegExp(`<${tag}[ >]`, 'g')),
      ]);
    }
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });

  it('escapes what comes from outside', () => {
    const evil = '</code><img src=x onerror=alert(1)>';
    const refused = [{ attempt: evil, error: evil }];
    const users = REPORT.users.map((user) => ({ ...user, name: evil, address: evil }));
    const operations = REPORT.operations.map((op) => ({ ...op, user: evil, id: evil }));
    const chain = { genesis: evil, base: evil, prover: evil };
    const told = reportPage({ ...REPORT, refused, users, operations, chain });
    expect(told).not.toContain('<img');
    expect(told).toContain('&lt;/code&gt;&lt;img src=x onerror=alert(1)&gt;');
  });

  it("tells the leader's own count, and that of every worker", () => {
    expect(page).toContain('worker 2, 57 of 64');
    expect(page).toContain('worker 2: 57, worker 1: 51');
  });
});

describe('charts', () => {
  it('have a point a block, and a bar an op', () => {
    const page = reportPage(REPORT);
    expect(count(page, /<circle /g)).toBe(3);
    expect(count(page, /<rect class="reward"/g)).toBe(4);
    expect(count(page, /<rect class="bar"/g)).toBe(4);
    expect(count(page, /<rect class="time"/g)).toBe(3);
  });

  it('place parts one after the other, or where they begin', () => {
    const xs = (text: string): number[] =>
      [...text.matchAll(/ x="([\d.]+)" y/g)].map(([, x]) => Number(x));
    const part = (value: number, from?: number) => ({
      value,
      title: '',
      ...(from === undefined ? {} : { from }),
    });
    const bars = (parts: readonly ReturnType<typeof part>[]): number[] => {
      const { text } = barChart({ label: '', rows: [{ label: '', total: '', parts }] });
      return xs(text.replace(/<text[^>]*>/g, ''));
    };
    const [first, second] = bars([part(1), part(1)]) as [number, number];
    expect(second).toBeGreaterThan(first);
    const [early, late] = bars([part(1), part(1, 3)]) as [number, number];
    expect(early).toBe(first);
    expect(late - early).toBeCloseTo((3 / 4) * 720, 0);
  });

  it('are drawn for a single point, and for nothing', () => {
    const { text } = lineChart('', [{ label: 'a', share: 0.5, title: '' }]);
    expect(text).not.toContain('NaN');
    expect(barChart({ label: '', rows: [] }).text).not.toMatch(/NaN|Infinity/);
    const rows = [{ label: 'a', total: '', parts: [] }];
    expect(barChart({ label: '', rows }).text).not.toMatch(/NaN|Infinity/);
  });
});
