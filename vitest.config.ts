import { defineConfig } from 'vitest/config';

// Packages are resolved to their sources, so that tests need no build.
const conditions = ['@training-ledger/source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      '{protocol,circuits,inference-node,runtime-types,sdk,offchain-worker,network,scripts}/src/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    pool: 'forks',
    // Two files at a time: a proof uses every core, a chain one of them, and both often wait.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Of the embedded network's chains.
    env: { LOG_LEVEL: 'fatal' },
    execArgv: ['--conditions=@training-ledger/source'],
  },
});
