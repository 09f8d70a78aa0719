// SPDX-License-Identifier: Apache-2.0
// Free ports on the loopback interface.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** `count` different ports that nothing listened on a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(async (server) => {
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        return (server.address() as AddressInfo).port;
      }),
    );
  } finally {
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  }
}
