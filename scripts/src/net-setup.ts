// SPDX-License-Identifier: Apache-2.0
// `npm run net:setup`: fetches the nodes' programs.
import { Command } from 'commander';
import { BIN_CACHE } from './network/binaries.ts';
import { fetchPrograms, RELEASE, RELEASES_URL, releaseAssets } from './network/release.ts';

const { bin, release, mirror } = new Command('npm run net:setup --')
  .description("Fetches the relay chain's and the collators' programs of an official release.")
  .option('--bin <folder>', 'where to put them', BIN_CACHE)
  .option('--release <tag>', 'which release', RELEASE)
  .option('--mirror <url>', 'what the releases lie under', RELEASES_URL)
  .parse()
  .opts<{ bin: string; release: string; mirror: string }>();

try {
  const assets = releaseAssets(release, mirror);
  const programs = await fetchPrograms(assets, bin, (line) => console.error(line));
  for (const { program, sha256 } of programs) console.log(`${sha256}  ${program}`);
  console.log(`Checked against the checksums in the release; in ${bin}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
