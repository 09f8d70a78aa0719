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
    // Proofs and the embedded network each use both cores of a small machine.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Of the embedded network's chains.
    env: { LOG_LEVEL: 'fatal' },
    execArgv: ['--conditions=@training-ledger/source'],
  },
});
