import type { Cluster, Redis } from 'ioredis';
import { handInScript } from './hand-in-script.ts';
import { publishScript, RAISE_SCRIPT, RENUMBER_SCRIPT } from './publish-script.ts';
import type { RedisConnection } from './redis-connection.ts';
import { SINCE_SCRIPT } from './since-script.ts';

type Arguments = (string | number)[];

/** ioredis calls a script that was defined by its name. */
export type RedisCommands = (Redis | Cluster) & {
  publishEvents(...args: Arguments): Promise<(string | number)[]>;
  handInEvents(...args: Arguments): Promise<-1 | 0 | 1>;
  raiseToken(...args: Arguments): Promise<unknown>;
  renumberTopic(...args: Arguments): Promise<unknown>;
  eventsSince(...args: Arguments): Promise<[complete: 0 | 1, ...events: string[]]>;
};

/** The commands of a connection, and the scripts beside them. */
export function withScripts({ commands, tells }: RedisConnection): RedisCommands {
  commands.defineCommand('publishEvents', { lua: publishScript(tells) });
  commands.defineCommand('handInEvents', { numberOfKeys: 2, lua: handInScript(tells) });
  commands.defineCommand('raiseToken', { numberOfKeys: 1, lua: RAISE_SCRIPT });
  commands.defineCommand('renumberTopic', { numberOfKeys: 2, lua: RENUMBER_SCRIPT });
  commands.defineCommand('eventsSince', { numberOfKeys: 2, lua: SINCE_SCRIPT });
  return commands as RedisCommands;
}
