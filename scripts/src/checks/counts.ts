// SPDX-License-Identifier: Apache-2.0
// Reads how many tests passed and failed out of what test runners write.

/** Numbers of tests. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Counts of cargo's `test result:` lines. A run that failed without saying which test counts as one failure. */
export function cargoCounts(output: string, ok: boolean): Counts {
  let passed = 0;
  let failed = 0;
  for (const [, p, f] of output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed/gm)) {
    passed += Number(p);
    failed += Number(f);
  }
  return { passed, failed: ok ? failed : Math.max(failed, 1) };
}

/** What vitest's JSON reporter writes, as far as it is read. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }[];
}

/** Counts of a vitest JSON report. A file that could not be loaded is one failure. */
export function vitestCounts(json: string | undefined, ok: boolean): Counts {
  if (json === undefined) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(json) as VitestReport;
  const notLoaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = numFailedTests + notLoaded;
  return { passed: numPassedTests, failed: ok ? failed : Math.max(failed, 1) };
}

/** Counts of a program that ends with `N passed, N failed`; of any other, one for its exit code. */
export function programCounts(output: string, ok: boolean): Counts {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
  if (last === undefined) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
  const failed = Number(last[2]);
  return { passed: Number(last[1]), failed: ok ? failed : Math.max(failed, 1) };
}
