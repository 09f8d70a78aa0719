// SPDX-License-Identifier: Apache-2.0
// Notes what is asked of the executor in use and what it asks in turn, so that the same can be asked of another one.
import { getWorker, type JsCallback } from '@acala-network/chopsticks-core';

/** One request, and the answers to the questions that it led to. */
export interface RecordedRequest {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly answers: ReadonlyMap<string, unknown>;
}

type Remote = Record<string, (...args: unknown[]) => Promise<unknown>>;

const QUESTIONS: readonly string[] = [
  'getStorage',
  'getNextKey',
  'offchainGetStorage',
  'offchainTimestamp',
  'offchainRandomSeed',
  'offchainSubmitTransaction',
] satisfies (keyof JsCallback)[];

const nameOf = (question: string, args: readonly unknown[]): string =>
  [question, ...args].join(' ');

/** Notes every request from now on. */
export async function recordRequests(): Promise<RecordedRequest[]> {
  const worker = await getWorker();
  const remote = worker.remote as unknown as Remote;
  const requests: RecordedRequest[] = [];
  const record =
    (method: string) =>
    async (...args: unknown[]) => {
      const answers = new Map<string, unknown>();
      const [request, callback, ...more] = args as [unknown, Remote?, ...unknown[]];
      if (method !== 'runTask' || callback === undefined) {
        requests.push({ method, args, answers });
        return remote[method]?.(...args);
      }
      requests.push({ method, args: [request], answers });
      return remote[method]?.(request, noting(callback, answers), ...more);
    };
  const get = (target: Remote, name: string | symbol): unknown =>
    typeof name === 'symbol' ? Reflect.get(target, name) : record(name);
  worker.remote = new Proxy(remote, { get }) as unknown as typeof worker.remote;
  return requests;
}

function noting(callback: Remote, answers: Map<string, unknown>): Remote {
  const note =
    (question: string) =>
    async (...args: unknown[]) => {
      const answer = await callback[question]?.(...args);
      answers.set(nameOf(question, args), answer);
      return answer;
    };
  return Object.fromEntries(QUESTIONS.map((question) => [question, note(question)]));
}

/** Answers as it was answered; throws at a question that was not asked. */
export function answersOf({ answers }: RecordedRequest): JsCallback {
  const answer =
    (question: string) =>
    async (...args: unknown[]) => {
      const name = nameOf(question, args);
      if (!answers.has(name)) throw new Error(`Nobody asked before: ${name}`);
      return answers.get(name);
    };
  return Object.fromEntries(
    QUESTIONS.map((question) => [question, answer(question)]),
  ) as unknown as JsCallback;
}
