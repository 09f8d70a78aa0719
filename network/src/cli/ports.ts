// SPDX-License-Identifier: Apache-2.0
// Ports are looked at before anything is started: the last one would be missed only after a minute of work.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { DevelopmentError } from '../development/errors.ts';

/**
 * Checks that nobody listens on these ports of the loopback interface.
 * @throws DevelopmentError `PORT_TAKEN` naming the port.
 */
export async function checkPorts(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const server = createServer();
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    } catch (cause) {
      throw new DevelopmentError('PORT_TAKEN', `Port ${port} cannot be listened on.`, {
        details: `The system says ${(cause as NodeJS.ErrnoException).code}.`,
        hint: 'Choose others with --port, or end the program that listens there.',
        cause,
      });
    } finally {
      await new Promise((done) => server.close(done));
    }
  }
}
