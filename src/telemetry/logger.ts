import { type Logger as PinoLogger, pino } from 'pino';

export type Logger = PinoLogger;

/** Structured log lines on standard output. Secrets and what people write never reach them. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    redact: {
      paths: [
        'token',
        'authorization',
        'password',
        'content',
        '*.token',
        '*.authorization',
        '*.password',
        '*.content',
      ],
      censor: '[redacted]',
    },
  });
}
