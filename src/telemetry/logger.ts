import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';

export type Logger = PinoLogger;

const SECRET = ['token', 'authorization', 'Authorization', 'password', 'content'];

/**
 * Structured log lines. Secrets and what people write never reach them.
 * @param level as LOG_LEVEL takes it
 * @param destination standard output unless given
 */
export function createLogger(level: string, destination: DestinationStream = pino.destination(1)): Logger {
  const options = {
    level,
    redact: {
      // pino redacts at the depths named and no deeper: a request's headers are at the third
      paths: SECRET.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
      censor: '[redacted]',
    },
  };
  return pino(options, destination);
}

/** Log lines as sentences for a person at a terminal, on standard output. */
export function terminalLines(destination?: NodeJS.WritableStream): DestinationStream {
  return PinoPretty({
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    sync: true,
    colorize: destination === undefined,
    ...(destination === undefined ? {} : { destination }),
  });
}
