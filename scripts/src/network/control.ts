// SPDX-License-Identifier: Apache-2.0
// Controls of a running network from other processes: HTTP on a Unix socket in the network's folder, which only its owner may enter.
// `POST /pause/bob` does what `pause('bob')` does; `GET /status` answers with the states of all nodes.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { join } from 'node:path';
import {
  DESCRIPTION_FILE,
  DescribedNetwork,
  type NodeControls,
  type NodeStatus,
} from './description.ts';
import { NetworkError, type NetworkErrorCode } from './errors.ts';

const SOCKET = 'control.sock';
/** Names of the controls. */
export const NODE_ACTIONS = ['pause', 'resume', 'kill', 'restart'] as const;
/** Bytes of the longest answer that is read. */
const LONGEST_ANSWER = 65_536;

/** What can be done to a node. */
export type NodeAction = (typeof NODE_ACTIONS)[number];

/** Serves the controls of a network until the returned function is called. */
export async function serveControls(
  directory: string,
  controls: NodeControls,
): Promise<() => Promise<void>> {
  const server: Server = createServer((incoming, response) => {
    incoming.resume();
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(body));
    };
    perform(controls, incoming.method, incoming.url).then(
      (body) => answer(200, body),
      (error: unknown) =>
        answer(400, error instanceof NetworkError ? error.toJSON() : { message: String(error) }),
    );
  });
  server.listen(join(directory, SOCKET));
  await once(server, 'listening');
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

async function perform(
  controls: NodeControls,
  method: string | undefined,
  url: string | undefined,
): Promise<unknown> {
  const [, verb, name] = (url ?? '').split('/');
  if (method === 'GET' && verb === 'status') return controls.status();
  const action = NODE_ACTIONS.find((known) => known === verb);
  if (method !== 'POST' || action === undefined || name === undefined) {
    throw new NetworkError('CONTROL_FAILED', 'There is no such control.');
  }
  await controls[action](name);
  return {};
}

/** A network that another process started. */
export class AttachedNetwork extends DescribedNetwork implements NodeControls {
  /**
   * @param directory the network's folder
   * @throws NetworkError `CONTROL_FAILED` if no network runs there
   */
  static async attach(directory: string): Promise<AttachedNetwork> {
    try {
      const description = await readFile(join(directory, DESCRIPTION_FILE), 'utf8');
      const network = new AttachedNetwork(JSON.parse(description));
      await network.status();
      return network;
    } catch (cause) {
      throw new NetworkError('CONTROL_FAILED', `No network runs in ${directory}.`, { cause });
    }
  }

  async pause(name: string): Promise<void> {
    await this.#call('POST', `/pause/${name}`);
  }

  async resume(name: string): Promise<void> {
    await this.#call('POST', `/resume/${name}`);
  }

  async kill(name: string): Promise<void> {
    await this.#call('POST', `/kill/${name}`);
  }

  async restart(name: string): Promise<void> {
    await this.#call('POST', `/restart/${name}`);
  }

  async status(): Promise<readonly NodeStatus[]> {
    return (await this.#call('GET', '/status')) as NodeStatus[];
  }

  async #call(method: string, path: string): Promise<unknown> {
    const sent = request({ socketPath: join(this.directory, SOCKET), method, path });
    sent.end();
    const [response] = await once(sent, 'response').catch((cause: unknown) => {
      throw new NetworkError('CONTROL_FAILED', `No network runs in ${this.directory}.`, { cause });
    });
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) {
      text += chunk;
      if (text.length > LONGEST_ANSWER) throw new NetworkError('CONTROL_FAILED', 'Too long.');
    }
    const body = JSON.parse(text);
    if (response.statusCode === 200) return body;
    throw new NetworkError((body.code as NetworkErrorCode) ?? 'CONTROL_FAILED', body.message, {
      ...(body.details === undefined ? {} : { details: body.details }),
    });
  }
}
