// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { formatBars } from './bars.ts';
import { LinesView } from './lines.ts';
import { Progress } from './progress.ts';
import { type StagePlan, Stages } from './stages.ts';
import { duration } from './view.ts';

const PLAN: readonly StagePlan[] = [
  { name: 'a', title: 'first', runs: 1, steps: 2, seconds: 10 },
  { name: 'b', title: 'second', runs: 2, steps: 3, seconds: 20 },
];

describe('stages', () => {
  it('count steps of the runs that have begun, and end with all of them', () => {
    const stages = new Stages(PLAN);
    const done = (): number[] => stages.states.map((state) => state.done);
    stages.step('b');
    expect(done()).toEqual([0, 0]);
    stages.begin('b');
    for (let i = 0; i < 5; i++) stages.step('b');
    // What the second run has comes with the second run.
    expect(done()).toEqual([0, 3]);
    stages.end('b');
    stages.step('b');
    expect(done()).toEqual([0, 3]);
    stages.begin('b');
    stages.step('b');
    expect(done()).toEqual([0, 4]);
    stages.end('b');
    expect(stages.states.map(({ isRunning }) => isRunning)).toEqual([false, false]);
    expect(done()).toEqual([0, 6]);
  });

  it('estimate from the plan at first, then from what was measured', () => {
    const stages = new Stages(PLAN);
    expect(stages.remaining(0)).toBe(50);
    stages.begin('a');
    stages.end('a');
    expect(stages.remaining(10)).toBeCloseTo(40);
    // Three times as slow as planned.
    expect(stages.remaining(30)).toBeGreaterThan(80);
    stages.begin('b');
    stages.end('b');
    stages.begin('b');
    stages.end('b');
    expect(stages.remaining(150)).toBe(0);
  });

  it('ignore what was not planned', () => {
    const stages = new Stages(PLAN);
    for (const act of ['begin', 'step', 'end'] as const) stages[act]('other');
    expect(stages.states).toHaveLength(2);
  });
});

describe('progress in lines', () => {
  const show = async (run: (progress: Progress) => Promise<void>): Promise<string> => {
    let text = '';
    const progress = new Progress(
      new LinesView((line) => {
        text += line;
      }),
    );
    progress.plan(PLAN);
    await run(progress);
    progress.close();
    return text.replace(/^ *\d+\.\d s /gm, '');
  };

  it('says what begins and how long the rest takes, and every step', async () => {
    const text = await show(async (progress) => {
      await progress.stage('a', async () => progress.step('a', 'half of it'));
      progress.say('so far so good');
      await progress.stage('b', async () => {});
      await progress.stage('b', async () => {});
    });
    expect(text.replace(/about .* left/g, 'about T left').split('\n')).toEqual([
      ' -- first; about T left',
      ' half of it',
      ' so far so good',
      ' -- second; about T left',
      ' -- second (3 of 6 steps done); about T left',
      '',
    ]);
  });

  it('has nothing but printable text: no bars where there is no terminal', async () => {
    const text = await show((progress) => progress.stage('a', async () => {}));
    expect(text).not.toContain('\u001b');
  });
});

describe('progress in bars', () => {
  const state = (done: number, isRunning: boolean) => ({
    title: 'first',
    steps: 4,
    done,
    isRunning,
  });

  it('shows a bar a stage with what happens in it, and one for all', () => {
    const notes = new Map([['first', 'something happened']]);
    expect(formatBars([state(1, true)], notes, [30, 90]).split('\n')).toEqual([
      `first              ${'█'.repeat(6)}${'░'.repeat(18)}        1/4 something happened`,
      `all                ${'█'.repeat(6)}${'░'.repeat(18)}       30 s about 1 min 30 s left`,
    ]);
    const [stage, all] = formatBars([state(4, false)], notes, [30, 90]).split('\n');
    expect(stage).toBe(`first              ${'█'.repeat(24)}        4/4 done`);
    expect(all).toContain(`${'█'.repeat(24)}       30 s done`);
  });

  it('is never wider than the terminal', () => {
    const notes = new Map([['first', 'x'.repeat(500)]]);
    for (const columns of [20, 80, 120]) {
      const text = formatBars([state(1, true)], notes, [0, 0], columns);
      for (const one of text.split('\n')) expect(one.length).toBeLessThan(columns);
    }
  });
});

describe('times', () => {
  it('of the runs of a stage are added up, and kept apart', async () => {
    const progress = new Progress(new LinesView(() => {}));
    await progress.stage('a', async () => {});
    await progress.stage('b', async () => {});
    await progress.stage('b', async () => {});
    await progress.stage('c', () => Promise.reject(new Error('no'))).catch(() => {});
    expect(progress.spans.map(({ stage }) => stage)).toEqual(['a', 'b', 'b', 'c']);
    for (const { from, to } of progress.spans) expect(to).toBeGreaterThanOrEqual(from);
    expect(Object.keys(progress.timings())).toEqual(['a', 'b', 'c', 'total']);
  });

  it.each([
    [-1, '0 s'],
    [0.4, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [185, '3 min 5 s'],
  ])('%s seconds are said as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
