// SPDX-License-Identifier: Apache-2.0
// Requests to a node. Its answers are as little trusted as any stranger's.
import { InferenceNodeError, isRequestErrorCode } from '../errors.ts';
import type { ErrorResponse } from '../wire.ts';

/** How to ask. */
export interface RequestOptions {
  /** Gives up. */
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for each response; 30,000 by default. */
  readonly timeout?: number;
}

/** Bytes of the longest response that is read. */
const MAX_RESPONSE = 1_048_576;

/**
 * Sends a request and reads the JSON of the response.
 * @throws InferenceNodeError with the code that the node refused with; `NODE_UNREACHABLE` or `RESPONSE_MALFORMED`.
 */
export async function ask(
  node: string,
  path: string,
  body: object | undefined,
  { signal, timeout = 30_000 }: RequestOptions,
): Promise<unknown> {
  const late = AbortSignal.timeout(timeout);
  const response = await reach(node, () =>
    fetch(`${node.replace(/\/+$/, '')}${path}`, {
      signal: signal === undefined ? late : AbortSignal.any([signal, late]),
      // A node does not send its users elsewhere.
      redirect: 'error',
      ...(body === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          }),
    }),
  );
  const value = await reach(node, () => readJson(response));
  if (response.ok) return value;
  const { code, message, details, hint } = (value as Partial<ErrorResponse> | null)?.error ?? {};
  if (!isRequestErrorCode(code) || typeof message !== 'string') {
    throw malformed(`It came with status ${response.status}.`);
  }
  throw new InferenceNodeError(code, message, {
    ...(typeof details === 'string' ? { details } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
  });
}

/** The error of a response that is none. */
export const malformed = (details: string): InferenceNodeError =>
  new InferenceNodeError('RESPONSE_MALFORMED', 'The response is not that of an inference node.', {
    details,
  });

async function reach<T>(node: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof InferenceNodeError) throw cause;
    throw new InferenceNodeError('NODE_UNREACHABLE', 'The inference node does not answer.', {
      details: `${node} (${cause instanceof Error ? (cause.name === 'TimeoutError' ? 'no response in time' : cause.message) : cause})`,
      hint: 'Check its address, and that it runs.',
      cause,
    });
  }
}

async function readJson(response: Response): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_RESPONSE) throw malformed(`It is longer than ${MAX_RESPONSE} bytes.`);
    text += decoder.decode(chunk, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode());
  } catch {
    throw malformed('It is not JSON.');
  }
}
