// SPDX-License-Identifier: Apache-2.0
// What the main job ends with.
import Table from 'cli-table3';

/** report.json */
export interface Report {
  /** Share of the test set that the base model classifies, before the first and after the last round. */
  readonly accuracy: { readonly before: number; readonly after: number };
  readonly blocks: readonly {
    readonly number: number;
    readonly hash: string;
    readonly round: number;
    readonly ops: number;
    readonly leader: string;
    readonly provenCorrect: number;
    readonly challenge: number;
    readonly accuracy: { readonly before: number; readonly after: number };
  }[];
  readonly operations: readonly {
    readonly id: string;
    readonly user: string;
    readonly round: number;
    readonly delta: number;
    /** UNIT. */
    readonly reward: number;
  }[];
  /** A model's export, verified without a node. */
  readonly exported: {
    readonly file: string;
    readonly ops: number;
    readonly sealedOps: number;
    readonly proofs: number;
  };
  /** Attempts to cheat and what the ledger answered. */
  readonly refused: readonly { readonly attempt: string; readonly error: string }[];
  /** Milliseconds by stage. */
  readonly timings: Readonly<Record<string, number>>;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The report as tables for people. */
export function formatReport({
  accuracy,
  blocks,
  operations,
  exported,
  refused,
  timings,
}: Report): string {
  const table = (head: string[], rows: string[][]): string => {
    const made = new Table({ head, style: { head: [], border: [] } });
    made.push(...rows);
    return made.toString();
  };
  return [
    table(
      ['block', 'round', 'ops', 'leader', 'proven', 'accuracy before', 'after'],
      blocks.map((block) => [
        String(block.number),
        String(block.round),
        String(block.ops),
        block.leader,
        `${block.provenCorrect} of ${block.challenge}`,
        percent(block.accuracy.before),
        percent(block.accuracy.after),
      ]),
    ),
    table(
      ['user', 'round', 'op', 'proven improvement', 'reward (UNIT)'],
      operations.map((op) => [
        op.user,
        String(op.round),
        `${op.id.slice(0, 14)}...`,
        `+${op.delta}`,
        op.reward.toFixed(3),
      ]),
    ),
    table(
      ['attempt', 'refused with'],
      refused.map(({ attempt, error }) => [attempt, error]),
    ),
    table(
      ['where the time goes', 'seconds'],
      Object.entries(timings).map(([name, time]) => [name, (time / 1_000).toFixed(1)]),
    ),
    `Export ${exported.file}: ${exported.ops} ops, ${exported.sealedOps} sealed, ${exported.proofs} proofs, verified offline.`,
    `Accuracy ${percent(accuracy.before)} -> ${percent(accuracy.after)} in ${blocks.length} sealed block(s), ${operations.length} operations.`,
  ].join('\n');
}
