// SPDX-License-Identifier: Apache-2.0
// What the files of the main job must say, whatever the run.
import { readFile } from 'node:fs/promises';
import type { Report } from '../main-job/report/report.ts';

/** Where a run has put its files. */
export interface MainJobFiles {
  readonly report: string;
  readonly page: string;
  readonly exported: string;
}

const ADDRESS = /^5[1-9A-HJ-NP-Za-km-z]{47}$/;
const HASH = /^0x[0-9a-f]{64}$/;

/** What is wrong with the files of a run with so many users and rounds; a line each. */
export async function mainJobProblems(
  files: MainJobFiles,
  { users, rounds }: { users: number; rounds: number },
): Promise<{ checked: number; problems: string[] }> {
  const report = JSON.parse(await readFile(files.report, 'utf8')) as Report;
  const page = await readFile(files.page, 'utf8');
  const exported = await readFile(files.exported);
  const { accuracy, blocks, operations, refused, workers } = report;
  const addresses = [...report.users, ...workers].map(({ address }) => address);
  const ids = [...blocks.map(({ hash }) => hash), ...operations.map(({ id }) => id)];
  const facts: readonly (readonly [string, boolean])[] = [
    ['the model improved', accuracy.after > accuracy.before],
    ['every round has a block', blocks.length === rounds],
    ['every user has an op in every round', operations.length === users * rounds],
    ['every op was paid', operations.every(({ reward }) => reward > 0)],
    ['attempts to cheat were refused', refused.length >= 7],
    ['addresses are whole', addresses.every((address) => ADDRESS.test(address))],
    ['ids are whole', ids.every((id) => HASH.test(id))],
    ['the leader is one of the workers', blocks.every(isLedByWorker(report))],
    ['the leader has what it has proven itself', blocks.every(hasOwnCount)],
    ['the leader has proven the most', blocks.every(isBest)],
    ['the page is one', page.startsWith('<!doctype html>') && page.endsWith('</html>\n')],
    ['the page names everybody', addresses.every((address) => page.includes(address))],
    ['a model was exported', exported.length > 1_000],
  ];
  const problems = facts.filter(([, holds]) => !holds).map(([fact]) => `not so: ${fact}`);
  return { checked: facts.length, problems };
}

type Block = Report['blocks'][number];

const isLedByWorker =
  ({ workers }: Report) =>
  ({ leader }: Block): boolean =>
    workers.some(({ address }) => address === leader);

const hasOwnCount = ({ leader, proven, provenCorrect }: Block): boolean =>
  proven.find(({ worker }) => worker === leader)?.correct === provenCorrect;

const isBest = ({ proven, provenCorrect }: Block): boolean =>
  proven.every(({ correct }) => correct <= provenCorrect);
