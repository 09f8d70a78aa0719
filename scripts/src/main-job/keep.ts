// SPDX-License-Identifier: Apache-2.0
// What can be done with a network that is left up, as commands and code with the values of this run.
import type { FinishedJob } from './options.ts';

/** What to try next. */
export function nextSteps({ report, endpoint, base, store }: FinishedJob): string {
  const { number, round } = report.blocks.at(-1) ?? { number: 1, round: 0 };
  return `The network, the workers and the content store are still there. In another terminal:

Look at the federation:
  npm run worker -- status --endpoint ${endpoint} --base ${base}
Verify the last block, its sum and every update:
  npm run worker -- verify-block ${number} --endpoint ${endpoint} --store ${quoted(store)}
Open its sum and repeat the generation that came of it:
  npm run worker -- verify-generation ${round} --endpoint ${endpoint} --base ${base} --store ${quoted(store)}
Verify the exported model without a node:
  npm run export:verify -- ${quoted(report.exported.file)}
Read the ledger with the SDK, from the folder of this repository (node --conditions=@training-ledger/source --input-type=module):
  import { FileContentStore, generationWeights, LedgerChain } from '@training-ledger/sdk';
  const chain = await LedgerChain.connect('${endpoint}');
  const store = new FileContentStore(${JSON.stringify(store)});
  const { generation, weights } = await generationWeights({ chain, store }, '${base}');
  console.log(\`generation \${generation} has \${weights.length} weights\`);
  await chain.disconnect();

Ctrl-C ends everything and removes ${store}.`;
}

/** A path as a shell takes it. */
const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
