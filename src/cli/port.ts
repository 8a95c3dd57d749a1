import { once } from 'node:events';
import { createServer } from 'node:net';
import { ConfigError } from '../config/config-error.ts';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another program, perhaps another Tickroom: stop that one, or set WEBSOCKET_PORT',
  EACCES: 'may not be used by this user: set WEBSOCKET_PORT to one above 1023',
  EADDRNOTAVAIL: 'is not an address of this machine: correct HOST',
  ENOTFOUND: 'is not an address of this machine: correct HOST',
};

/**
 * Checks that the server will be able to listen, before a database is made or opened for it. The port may still be taken
 * in the moment between this and listening.
 * @throws ConfigError that says what to do
 */
export async function checkPort({ host, port }: { host: string; port: number }): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  try {
    probe.listen({ host, port, exclusive: true });
    await once(probe, 'listening');
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    throw new ConfigError(`Port ${port} of ${host} ${reason}.`, { cause: error });
  }
  await new Promise((resolve) => probe.close(resolve));
}
