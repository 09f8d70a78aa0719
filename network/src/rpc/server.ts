// SPDX-License-Identifier: Apache-2.0
// Serves JSON-RPC 2.0 over WebSocket and HTTP on the loopback interface.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { EmbeddedNetworkError } from '../embedded/errors.ts';
import {
  ErrorCode,
  invalidRequest,
  isRequest,
  type Request,
  RpcError,
  toResponse,
} from './messages.ts';
import { type Notify, Subscriptions } from './subscriptions.ts';

/** Answers one request. What it throws becomes the answer's error. */
export type RpcHandler = (request: Request, subscriptions: Subscriptions) => Promise<unknown>;

/** Bytes of the largest message that is read; the nodes of the Polkadot SDK read as much. */
const MAX_MESSAGE = 15 << 20;
/** Characters of the answer to one message. */
const MAX_ANSWER = 64 << 20;
/** Requests of one batch. */
const MAX_BATCH = 1_000;
const MAX_CONNECTIONS = 256;
/** Bytes that may wait to be sent to one client that does not read, and to all of them. */
const MAX_BACKLOG = 32 << 20;
const MAX_BACKLOG_OF_ALL = 512 << 20;
const HOST = '127.0.0.1';

/** A running server. */
export class RpcServer {
  readonly port: number;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;

  private constructor(http: Server, sockets: WebSocketServer) {
    this.port = (http.address() as AddressInfo).port;
    this.#http = http;
    this.#sockets = sockets;
  }

  /**
   * Listens.
   * @param port 0 for a free one
   * @throws EmbeddedNetworkError `PORT_TAKEN`
   */
  static async listen(handle: RpcHandler, port: number): Promise<RpcServer> {
    const http = createServer((request, response) => {
      answerHttp(handle, request, response).catch(() => response.destroy());
    });
    const listening = Promise.withResolvers<void>();
    http.once('error', listening.reject);
    http.listen(port, HOST, listening.resolve);
    try {
      await listening.promise;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
      throw new EmbeddedNetworkError('PORT_TAKEN', `Port ${port} is taken.`, {
        hint: 'Stop what listens there, or choose another port; 0 is a free one.',
        cause,
      });
    }
    http.maxConnections = MAX_CONNECTIONS;
    const sockets = new WebSocketServer({ server: http, maxPayload: MAX_MESSAGE });
    const backlog = (): number =>
      [...sockets.clients].reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0);
    sockets.on('connection', (socket) => serve(handle, socket, backlog));
    return new RpcServer(http, sockets);
  }

  /** Ends every connection and stops listening. */
  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    await closed;
  }
}

/** Answers one client until it leaves. `backlog`: bytes that wait to be sent to all clients. */
function serve(handle: RpcHandler, socket: WebSocket, backlog: () => number): void {
  const send = (text: string): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    const isSlow = socket.bufferedAmount > 0;
    if (isSlow && (socket.bufferedAmount > MAX_BACKLOG || backlog() > MAX_BACKLOG_OF_ALL)) {
      socket.terminate();
    } else socket.send(text);
  };
  const notify: Notify = (method, subscription, result) =>
    send(JSON.stringify({ jsonrpc: '2.0', method, params: { subscription, result } }));
  const subscriptions = new Subscriptions(notify);
  socket.on('error', () => socket.terminate());
  socket.on('close', () => subscriptions.close());
  socket.on('message', (data: RawData) => {
    answerText(handle, data.toString(), subscriptions).then(
      (text) => {
        if (text !== undefined) send(text);
      },
      () => socket.terminate(),
    );
  });
}

/** The answer to one message: a response, those of a batch, or none to notifications. */
async function answerText(
  handle: RpcHandler,
  text: string,
  subscriptions: Subscriptions,
): Promise<string | undefined> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return JSON.stringify(invalidRequest('It is not JSON.'));
  }
  if (!Array.isArray(message)) return answer(handle, message, subscriptions, MAX_ANSWER);
  if (message.length === 0 || message.length > MAX_BATCH) {
    return JSON.stringify(invalidRequest(`A batch has 1 to ${MAX_BATCH} requests.`));
  }
  const given: string[] = [];
  let room = MAX_ANSWER;
  // One after the other: what a batch may hold at once is bounded by what its answers may.
  for (const one of message) {
    if (subscriptions.isClosed) break;
    const response = await answer(handle, one, subscriptions, room);
    if (response === undefined) continue;
    given.push(response);
    room -= response.length;
  }
  return given.length === 0 ? undefined : `[${given.join(',')}]`;
}

/** The answer to one request, which may have `room` characters. */
async function answer(
  handle: RpcHandler,
  message: unknown,
  subscriptions: Subscriptions,
  room: number,
): Promise<string | undefined> {
  if (!isRequest(message)) return JSON.stringify(invalidRequest('It is no JSON-RPC 2.0 request.'));
  const response = await toResponse(message, () => handle(message, subscriptions));
  if (message.id === undefined) return undefined;
  const text = JSON.stringify(response);
  if (text.length <= room) return text;
  const error = new RpcError(ErrorCode.responseTooLarge, 'Response is too big');
  return JSON.stringify(await toResponse(message, () => Promise.reject(error)));
}

async function answerHttp(
  handle: RpcHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': '*',
    'Content-Type': 'application/json',
  };
  if (request.method === 'OPTIONS') {
    response.writeHead(200, headers).end();
    return;
  }
  if (request.method !== 'POST') {
    response.writeHead(405, headers).end(JSON.stringify(invalidRequest('Only POST is served.')));
    return;
  }
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_MESSAGE) {
      response.writeHead(413, headers).end(JSON.stringify(invalidRequest('It is too long.')));
      return;
    }
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString();
  const given = await answerText(handle, text, Subscriptions.none());
  response.writeHead(200, headers).end(given ?? '');
}
