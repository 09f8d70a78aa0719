// SPDX-License-Identifier: Apache-2.0
// An inference node over HTTP, on a real chain: what it serves, what it signs and what it refuses.
import { once } from 'node:events';
import { connect } from 'node:net';
import {
  type AnswerResponse,
  askNode,
  type InferenceService,
  type NodeLimits,
  nodeFacts,
  type ReceiptRequest,
  registeredKey,
  requestInteraction,
} from '@training-ledger/inference-node';
import {
  commitInteraction,
  nodeKeyPair,
  randomField,
  type Sample,
} from '@training-ledger/protocol/statements';
import { fieldHex, fromHex, payloadDigest } from '@training-ledger/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, SAMPLES, type Served, SHAPE, startServed } from './served.ts';

const code = (value: string) => expect.objectContaining({ code: value });
let served: Served;
let node: InferenceService;

beforeAll(async () => {
  served = await startServed();
  node = await served.serve();
});
afterAll(async () => {
  await node?.stop();
  await served?.stop();
});

/** Sends what no client would. */
async function send(
  path: string,
  body?: unknown,
  { type = 'application/json', method = body === undefined ? 'GET' : 'POST', at = node } = {},
): Promise<{ status: number; code: string | undefined; value: unknown }> {
  const response = await fetch(`${at.url}${path}`, {
    method,
    headers: { 'content-type': type },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const value = (await response.json()) as { error?: { code: string } };
  return { status: response.status, code: value.error?.code, value };
}

/** An answer, and the request for its receipt. */
async function answered(rating = 1): Promise<ReceiptRequest> {
  const input = [...(SAMPLES[0] as Sample).features];
  const given = (await send('/answers', { input })).value as AnswerResponse;
  const nonce = randomField();
  const digests = [given.input, given.output].map((bytes) => payloadDigest(fromHex(bytes)));
  const commitment = commitInteraction(...(digests as [bigint, bigint]), rating, nonce);
  return { answer: given.id, commitment: fieldHex(commitment), rating, nonce: fieldHex(nonce) };
}

describe('a node', () => {
  it('says what it is', async () => {
    const { client, base } = served;
    expect(await nodeFacts(node.url)).toEqual({
      format: 'training-ledger/inference-node/v1',
      genesis: client.chain.genesisHash,
      base,
      generation: 0,
      shape: SHAPE,
      nodeKey: registeredKey(KEY),
      answerLifetime: 600,
    });
    expect(node.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("classifies, and signs with the chain's time", async () => {
    for (const { features, label } of SAMPLES) {
      expect(await askNode(node.url, features)).toMatchObject({ class: label, generation: 0 });
    }
    const options = { nodeKey: registeredKey(KEY) };
    const { features } = SAMPLES[2] as Sample;
    const before = await served.client.chainTime();
    const { receipt, input } = await requestInteraction(node.url, features, { rating: 1 }, options);
    expect(new Int8Array(input.buffer)).toEqual(features);
    // The chain of a network that makes many blocks is ahead of every clock.
    for (let i = 0; i < 3; i++) await served.network.chain(1000).newBlock();
    const after = await served.client.chainTime();
    expect(receipt.time).toBeGreaterThanOrEqual(before);
    expect(receipt.time).toBeLessThan(after);
    const later = await requestInteraction(node.url, features, { rating: 1 }, options);
    expect(later.receipt.time).toBeGreaterThanOrEqual(after);
  });

  it('that is not registered does not start', async () => {
    const key = nodeKeyPair(new Uint8Array(32).fill(6));
    await expect(served.serve({ key })).rejects.toThrow(code('NODE_NOT_REGISTERED'));
  });

  it('does not start on a port that is taken', async () => {
    const port = Number(new URL(node.url).port);
    await expect(served.serve({ port })).rejects.toThrow(code('PORT_TAKEN'));
  });
});

describe('a receipt', () => {
  it('is given for the commitment of the answer, again for the same one only', async () => {
    const request = await answered();
    const first = await send('/receipts', request);
    expect(first.status).toBe(200);
    expect(await send('/receipts', request)).toEqual(first);
    const other = { ...(await answered()), answer: request.answer };
    expect(await send('/receipts', other)).toMatchObject({
      status: 409,
      code: 'ANSWER_HAS_RECEIPT',
    });
  });

  it('is refused for a commitment to anything else than what was served', async () => {
    const request = await answered(1);
    const changed = [
      { ...request, rating: 2 },
      { ...request, nonce: fieldHex(randomField()) },
      { ...request, commitment: fieldHex(randomField()) },
      {
        ...request,
        commitment: fieldHex(commitInteraction(1n, 2n, 1, 3n)),
        nonce: fieldHex(3n),
      },
    ];
    for (const one of changed) {
      expect(await send('/receipts', one)).toMatchObject({
        status: 400,
        code: 'COMMITMENT_MISMATCH',
      });
    }
    expect((await send('/receipts', request)).status).toBe(200);
  });

  it('is refused for an answer that was not given', async () => {
    const request = { ...(await answered()), answer: 'ff'.repeat(16) };
    expect(await send('/receipts', request)).toMatchObject({
      status: 404,
      code: 'ANSWER_NOT_FOUND',
    });
  });
});

describe('a request is refused', () => {
  it.each([
    ['/nothing', undefined, 404, 'ROUTE_NOT_FOUND'],
    ['/__proto__', undefined, 404, 'ROUTE_NOT_FOUND'],
    ['/answers', undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['/', {}, 405, 'METHOD_NOT_ALLOWED'],
    ['/answers', 'no JSON', 400, 'REQUEST_MALFORMED'],
    ['/answers', 'null', 400, 'REQUEST_MALFORMED'],
    ['/answers', '[]', 400, 'REQUEST_MALFORMED'],
    ['/answers', { input: [], more: 1 }, 400, 'REQUEST_MALFORMED'],
    ['/answers', {}, 400, 'INPUT_INVALID'],
    ['/answers', { input: Array(15).fill(0) }, 400, 'INPUT_INVALID'],
    ['/answers', { input: Array(17).fill(0) }, 400, 'INPUT_INVALID'],
    ['/answers', { input: Array(16).fill(128) }, 400, 'INPUT_INVALID'],
    ['/answers', { input: Array(16).fill(0.5) }, 400, 'INPUT_INVALID'],
    ['/answers', { input: Array(16).fill('1') }, 400, 'INPUT_INVALID'],
    ['/receipts', {}, 400, 'REQUEST_MALFORMED'],
  ])('%s %j with %i %s', async (path, body, status, expected) => {
    expect(await send(path, body)).toMatchObject({ status, code: expected });
  });

  it('if a field of a receipt is malformed', async () => {
    const request = await answered();
    const order = `0x${'ff'.repeat(32)}`;
    for (const [changed, expected] of [
      [{ answer: 1 }, 'REQUEST_MALFORMED'],
      [{ rating: 128 }, 'RATING_INVALID'],
      [{ rating: '1' }, 'RATING_INVALID'],
      [{ nonce: '0x00' }, 'REQUEST_MALFORMED'],
      [{ nonce: 5 }, 'REQUEST_MALFORMED'],
      [{ nonce: order }, 'REQUEST_MALFORMED'],
      [{ commitment: order }, 'REQUEST_MALFORMED'],
    ] as const) {
      expect(await send('/receipts', { ...request, ...changed })).toMatchObject({
        status: 400,
        code: expected,
      });
    }
  });

  it('if its body is too long or of another type', async () => {
    const input = Array(40_000).fill(0);
    expect(await send('/answers', { input })).toMatchObject({
      status: 413,
      code: 'BODY_TOO_LARGE',
    });
    const type = 'text/plain';
    expect(await send('/answers', '{}', { type })).toMatchObject({
      status: 415,
      code: 'CONTENT_TYPE_UNSUPPORTED',
    });
  });

  it.each<[string, Partial<NodeLimits>, number, string]>([
    ['too many come', { rate: 0.001, burst: 2 }, 429, 'RATE_LIMITED'],
    ['too many answers wait', { answers: 2 }, 503, 'BUSY'],
  ])('if %s', async (_, limits, status, expected) => {
    const small = await served.serve({ limits });
    try {
      const body = { input: Array(16).fill(0) };
      const ask = () => send('/answers', body, { at: small });
      expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
      expect(await ask()).toMatchObject({ status, code: expected });
    } finally {
      await small.stop();
    }
  });
});

describe('a node that stops', () => {
  it('answers what it works on, takes nothing more, and waits for no idle connection', async () => {
    const stopping = await served.serve();
    const port = Number(new URL(stopping.url).port);
    const [idle, busy] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    await Promise.all([once(idle, 'connect'), once(busy, 'connect')]);
    const body = JSON.stringify({ input: Array(16).fill(0) });
    const head = `POST /answers HTTP/1.1\r\nhost: node\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    busy.write(head + body.slice(0, 5));
    // Until the node has begun with it.
    await nodeFacts(stopping.url);
    const stopped = stopping.stop();
    busy.write(body.slice(5));
    const [chunk] = (await once(busy, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 200 /);
    await stopped;
    await expect(nodeFacts(stopping.url)).rejects.toThrow(code('NODE_UNREACHABLE'));
    idle.destroy();
  });
});
