// SPDX-License-Identifier: Apache-2.0
// What clients take from a node that is not what it should be.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { commitInteraction, nodeKeyPair, signReceipt } from '@training-ledger/protocol/statements';
import { hexField, payloadDigest } from '@training-ledger/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registeredKey } from '../registration.ts';
import { writeReceipt } from '../wire.ts';
import { askNode, nodeFacts, requestInteraction } from './interaction.ts';

const code = (value: string) => expect.objectContaining({ code: value });
const KEY = nodeKeyPair(new Uint8Array(32).fill(1));
const FEATURES = Int8Array.of(-128, 0, 127);
const ANSWER = { id: 'a', class: 3, scores: [0, 0, 0, 1], generation: 2 };

let server: Server;
let url: string;
/** What the node gives for a path. */
let responses: Record<string, (body: Record<string, unknown>) => unknown>;

beforeEach(async () => {
  responses = { '/answers': () => ANSWER };
  const listener: RequestListener = async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const value = responses[request.url as string]?.(JSON.parse(text || '{}'));
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const sign = ({ commitment }: Record<string, unknown>, key = KEY) =>
  signReceipt(key, hexField(commitment as `0x${string}`), 1_000);

describe('an interaction', () => {
  it('is what was asked and answered, under a nonce of its own, with the receipt', async () => {
    responses['/receipts'] = (body) => writeReceipt(sign(body));
    const rated = () => requestInteraction(url, FEATURES, { rating: -5, text: 'no' });
    const [one, other] = [await rated(), await rated()];
    expect(one.input).toEqual(Uint8Array.of(128, 0, 127));
    expect(one.output).toEqual(Uint8Array.of(3));
    expect(one.feedback).toEqual({ rating: -5, text: new TextEncoder().encode('no') });
    expect(one.receipt.commitment).toBe(
      commitInteraction(payloadDigest(one.input), payloadDigest(one.output), -5, one.nonce),
    );
    expect(other.nonce).not.toBe(one.nonce);
  });

  it('is rated by who looks at the answer, or not at all', async () => {
    responses['/receipts'] = (body) => writeReceipt(sign(body));
    const looked = await requestInteraction(url, FEATURES, (answer) => ({ rating: answer.class }));
    expect(looked.feedback).toEqual({ rating: 3 });
    expect((await requestInteraction(url, FEATURES)).feedback).toBeUndefined();
  });

  it('tells the node neither the text nor anything else than what opens the commitment', async () => {
    const bodies: object[] = [];
    responses['/receipts'] = (body) => {
      bodies.push(body);
      return writeReceipt(sign(body));
    };
    const interaction = await requestInteraction(url, FEATURES, { rating: 1, text: 'secret' });
    expect(JSON.stringify(bodies)).not.toContain('secret');
    expect(Object.keys(bodies[0] ?? {}).sort()).toEqual([
      'answer',
      'commitment',
      'nonce',
      'rating',
    ]);
    expect(interaction.nonce).toBeGreaterThan(0n);
  });

  it('keeps its nonce when the receipt is asked for again', async () => {
    const bodies: object[] = [];
    let isBroken = true;
    responses['/receipts'] = (body) => {
      bodies.push(body);
      return isBroken ? 'broken' : writeReceipt(sign(body));
    };
    const answer = await askNode(url, FEATURES);
    await expect(answer.rate({ rating: 1 })).rejects.toThrow(code('RESPONSE_MALFORMED'));
    isBroken = false;
    await answer.rate({ rating: 1 });
    expect(bodies[1]).toEqual(bodies[0]);
  });

  it.each([128, -129, 0.5, Number.NaN])('is not rated %s', async (rating) => {
    const answer = await askNode(url, FEATURES);
    await expect(answer.rate({ rating })).rejects.toThrow(code('RATING_INVALID'));
  });
});

describe('a receipt is refused', () => {
  const rated = (options = {}) => requestInteraction(url, FEATURES, { rating: 1 }, options);

  it('if its signature is not over what it says', async () => {
    responses['/receipts'] = (body) => ({ ...writeReceipt(sign(body)), time: 1_001 });
    await expect(rated()).rejects.toThrow(code('RECEIPT_INVALID'));
  });

  it('if it is of another interaction', async () => {
    responses['/receipts'] = () => writeReceipt(signReceipt(KEY, 7n, 1_000));
    await expect(rated()).rejects.toThrow(code('RECEIPT_INVALID'));
  });

  it('if another key signed it than the one expected', async () => {
    const other = nodeKeyPair(new Uint8Array(32).fill(2));
    responses['/receipts'] = (body) => writeReceipt(sign(body, other));
    await expect(rated({ nodeKey: registeredKey(KEY) })).rejects.toThrow(code('NODE_KEY_MISMATCH'));
    await rated({ nodeKey: registeredKey(other) });
  });

  it.each([null, {}, { commitment: '0x' }, []])('if it is %j', async (value) => {
    responses['/receipts'] = () => value;
    await expect(rated()).rejects.toThrow(code('RECEIPT_INVALID'));
  });
});

describe('an answer is refused', () => {
  it.each([
    null,
    [],
    {},
    { ...ANSWER, id: 1 },
    { ...ANSWER, class: 256 },
    { ...ANSWER, class: -1 },
    { ...ANSWER, class: '3' },
    { ...ANSWER, generation: 0.5 },
  ])('if it is %j', async (value) => {
    responses['/answers'] = () => value;
    await expect(askNode(url, FEATURES)).rejects.toThrow(code('RESPONSE_MALFORMED'));
  });

  it('if it is too long', async () => {
    responses['/answers'] = () => JSON.stringify({ ...ANSWER, padding: 'x'.repeat(2 ** 20) });
    await expect(askNode(url, FEATURES)).rejects.toThrow(code('RESPONSE_MALFORMED'));
  });
});

describe('a node', () => {
  it('that is not one is told apart', async () => {
    responses['/'] = () => ({ hello: 'world' });
    await expect(nodeFacts(url)).rejects.toThrow(code('RESPONSE_MALFORMED'));
  });

  it('that does not answer, or not in time, is unreachable', async () => {
    await expect(nodeFacts('http://127.0.0.1:1')).rejects.toThrow(code('NODE_UNREACHABLE'));
    await expect(nodeFacts('nowhere')).rejects.toThrow(code('NODE_UNREACHABLE'));
    server.removeAllListeners('request');
    await expect(nodeFacts(url, { timeout: 50 })).rejects.toThrow(code('NODE_UNREACHABLE'));
  });

  it('does not send its users elsewhere', async () => {
    server.removeAllListeners('request');
    server.on('request', (_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    });
    await expect(nodeFacts(url)).rejects.toThrow(code('NODE_UNREACHABLE'));
  });
});
