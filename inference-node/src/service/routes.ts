// SPDX-License-Identifier: Apache-2.0
// From requests to what is answered.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toHex } from '@training-ledger/sdk';
import { InferenceNodeError } from '../errors.ts';
import { type AnswerResponse, type NodeFacts, writeReceipt } from '../wire.ts';
import { Admission, type NodeLimits } from './limits.ts';
import type { Receipts } from './receipts.ts';
import { parseAnswerRequest, parseReceiptRequest, readBody } from './requests.ts';
import { sendError, sendJson } from './responses.ts';
import type { ServedModel } from './served-model.ts';

/** Answers a request, given its body. */
type Route = (body: unknown) => Promise<unknown>;
type Routes = Readonly<Record<string, Readonly<Record<string, Route>>>>;

/** The addresses of a node. */
export const makeRoutes = (
  facts: () => NodeFacts,
  model: ServedModel,
  receipts: Receipts,
): Routes => ({
  '/': { GET: async () => facts() },
  '/answers': {
    POST: async (body): Promise<AnswerResponse> => {
      const features = parseAnswerRequest(body, model.shape);
      const { input, output, ...answer } = receipts.answer(features);
      return { ...answer, input: toHex(input), output: toHex(output) };
    },
  },
  '/receipts': {
    POST: async (body) => writeReceipt(await receipts.receipt(parseReceiptRequest(body))),
  },
});

/** Answers every request, with an error if it is refused. */
export function admit(
  routes: Routes,
  limits: NodeLimits,
  onFailure: (error: unknown) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const admission = new Admission(limits);
  return async (request, response) => {
    let leave = (): void => {};
    try {
      const route = routeOf(routes, request);
      // Before it is let in: who sends slowly takes nobody's place.
      const body =
        request.method === 'POST' ? await readBody(request, limits.bodyBytes) : undefined;
      leave = admission.enter();
      sendJson(response, 200, await route(body));
    } catch (error) {
      // Who has gone gets no answer.
      if (!response.destroyed) sendError(response, error, onFailure);
    } finally {
      leave();
    }
  };
}

function routeOf(routes: Routes, { url = '/', method = 'GET' }: IncomingMessage): Route {
  const path = url.split('?', 1)[0] as string;
  const methods = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (methods === undefined) {
    throw new InferenceNodeError('ROUTE_NOT_FOUND', 'The node has no such address.', {
      hint: 'It has GET /, POST /answers and POST /receipts.',
    });
  }
  const route = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (route === undefined) {
    throw new InferenceNodeError('METHOD_NOT_ALLOWED', 'This address takes another method.', {
      details: `It takes ${Object.keys(methods).join(', ')}.`,
    });
  }
  return route;
}
