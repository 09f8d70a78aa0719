// SPDX-License-Identifier: Apache-2.0
// `npm start`: the main job on the embedded network.
import { startOnNode } from '@training-ledger/runtime-types/node-version';
import { Command, InvalidArgumentError } from 'commander';
import type { StartOptions } from './main-job/command.ts';
import { LOADING, stagesOf } from './main-job/plan.ts';
import { prepareWorkers } from './main-job/prepared-workers.ts';
import { BarsView } from './main-job/progress/bars.ts';
import { LinesView } from './main-job/progress/lines.ts';
import { Progress } from './main-job/progress/progress.ts';

const between =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`An integer of ${min} to ${max}.`);
    }
    return value;
  };

const options = new Command('npm start --')
  .description('Real data from fork to sealed block on two embedded ledger parachains.')
  .option('--users <n>', 'users who fork and train', between(2, 40), 5)
  .option('--rounds <n>', 'rounds of training', between(1, 20), 1)
  .option('--seed <n>', 'deals the data', between(0, 2 ** 31), 1)
  .option('--report <file>', 'where the report goes, as JSON', 'report.json')
  .option(
    '--html <file>',
    'where the report goes as a page for a browser; report.html beside the other by default',
  )
  .option('--exportFile <file>', 'where the exported model goes', 'export.json')
  .option('--json', 'print the report as JSON, and nothing else to stdout')
  .option('--keep', 'leave network, workers and content store up until Ctrl-C, and say what to try')
  .parse()
  .opts<StartOptions>();

await startOnNode(async () => {
  const progress = new Progress(process.stderr.isTTY ? new BarsView() : new LinesView());
  progress.plan([LOADING, ...stagesOf(options)]);
  // Everybody loads at the same time: this process needs a second for it, and so does each worker.
  const workers = prepareWorkers();
  const { start } = await progress.stage('load', () => import('./main-job/command.ts'));
  process.exit(await start(options, workers, progress));
});
