// SPDX-License-Identifier: Apache-2.0
// `npm run export:verify`: verifies an exported model, by the development keys of this repository and without a node.
import { Command } from 'commander';
import { verifyExport } from './main-job/export.ts';

const program = new Command('npm run export:verify --')
  .description(
    'Verify an exported model without a node: hash chain, proofs, sealed blocks, weights.',
  )
  .argument('<file>', 'the export')
  .option('--json', 'print JSON')
  .parse();

const [file] = program.args as [string];
try {
  const verified = await verifyExport(file);
  const { ops, sealedOps, proofs } = verified;
  console.log(
    program.opts()['json']
      ? JSON.stringify({ file, ops, sealedOps, proofs, valid: true })
      : `${file} is valid: ${ops} ops, ${sealedOps} of them in sealed blocks, ${proofs} proofs verified.`,
  );
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  console.error(code === undefined ? message : `${code}: ${message}`);
  process.exit(1);
}
