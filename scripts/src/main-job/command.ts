// SPDX-License-Identifier: Apache-2.0
// The command `npm start`: runs the job, writes and prints its report, and with --keep leaves everything up.
import { dirname, join } from 'node:path';
import { interruption } from '@training-ledger/network';
import { LedgerError } from '@training-ledger/runtime-types/ledger-error';
import { checkWritable, writeWhole } from './files.ts';
import { nextSteps } from './keep.ts';
import { runMainJob } from './main-job.ts';
import type { FinishedJob } from './options.ts';
import type { PreparedWorker } from './prepared-workers.ts';
import type { Progress } from './progress/progress.ts';
import { formatReport } from './report/format.ts';
import { reportPage } from './report/html/page.ts';

/** Options of the command. */
export interface StartOptions {
  readonly users: number;
  readonly rounds: number;
  readonly seed: number;
  readonly report: string;
  /** Beside the report by default. */
  readonly html?: string;
  readonly exportFile: string;
  readonly json?: true;
  readonly keep?: true;
}

const INTERRUPTED = 130;

/** Runs the command with workers that load already, and goes on with a progress that has begun. Result: its exit code. */
export async function start(
  options: StartOptions,
  workers: readonly PreparedWorker[],
  progress: Progress,
): Promise<number> {
  const { users, rounds, seed, exportFile } = options;
  const signal = interruption(() => process.exit(INTERRUPTED));
  // What was under way when the job was interrupted fails, and nobody waits for it.
  process.on('unhandledRejection', (error) => {
    if (!signal.aborted) throw error;
  });
  try {
    const page = options.html ?? join(dirname(options.report), 'report.html');
    await checkWritable([options.report, page, exportFile]);
    const whileUp = (job: FinishedJob): Promise<void> =>
      finish(job, { ...options, html: page }, progress, signal);
    const job = { users, rounds, seed, exportFile, workers, signal };
    const { accuracy } = await runMainJob(job, progress, whileUp);
    if (accuracy.after > accuracy.before) return 0;
    console.error('The model did not improve.');
    return 1;
  } catch (error) {
    progress.close();
    if (signal.aborted) {
      console.error('Interrupted: everything that was started has ended.');
      return INTERRUPTED;
    }
    tell(error);
    return 1;
  }
}

/** Writes and prints the report, and with --keep waits for the interruption. */
async function finish(
  job: FinishedJob,
  { report: file, html, json, keep }: StartOptions & { readonly html: string },
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { report } = job;
  progress.close();
  await writeWhole(file, `${JSON.stringify(report, null, 2)}\n`);
  await writeWhole(html, reportPage(report));
  if (json) console.log(JSON.stringify(report));
  else
    console.log(
      `${formatReport(report)}\nThe whole report: ${file}; as a page for a browser: ${html}`,
    );
  if (!keep || signal.aborted) return;
  // Beside --json, stdout holds the report alone.
  (json ? console.error : console.log)(`\n${nextSteps(job)}`);
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
}

function tell(error: unknown): void {
  if (error instanceof LedgerError) console.error(`${error.code}: ${error.message}`);
  else console.error(error instanceof Error ? (error.stack ?? error.message) : error);
}
