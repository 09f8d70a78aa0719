// SPDX-License-Identifier: Apache-2.0
// `npm start`: the main job on the embedded network.
import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { runMainJob } from './main-job/main-job.ts';
import { Progress } from './main-job/progress.ts';
import { formatReport } from './main-job/report.ts';

const between =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`An integer of ${min} to ${max}.`);
    }
    return value;
  };

const { users, rounds, seed, report, exportFile, json } = new Command('npm start --')
  .description('Real data from fork to sealed block on two embedded ledger parachains.')
  .option('--users <n>', 'users who fork and train', between(2, 40), 5)
  .option('--rounds <n>', 'rounds of training', between(1, 20), 1)
  .option('--seed <n>', 'deals the data', between(0, 2 ** 31), 1)
  .option('--report <file>', 'where the report goes', 'report.json')
  .option('--exportFile <file>', 'where the exported model goes', 'export.json')
  .option('--json', 'print the report as JSON instead of tables')
  .parse()
  .opts();

const progress = new Progress();
try {
  const made = await runMainJob({ users, rounds, seed, exportFile }, progress);
  await writeFile(report, `${JSON.stringify(made, null, 2)}\n`);
  console.log(json ? JSON.stringify(made) : formatReport(made));
  const improved = made.accuracy.after > made.accuracy.before;
  if (!improved) console.error('The model did not improve.');
  process.exit(improved ? 0 : 1);
} catch (error) {
  progress.say('failed');
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
}
