import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/telemetry/logger.ts';

/** What a logger of the level writes. */
function linesOf(level: string, write: (log: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  write(createLogger(level, { write: (line) => lines.push(line) }));
  return lines;
}

describe('the log', () => {
  it.each(['token', 'authorization', 'Authorization', 'password', 'content'])(
    'A8 leaves out %s, at every depth that is logged',
    (name) => {
      const [line = ''] = linesOf('info', (log) =>
        log.info(
          { [name]: 'hush', params: { [name]: 'hush' }, request: { headers: { [name]: 'hush' } } },
          'x',
        ),
      );
      expect(line).not.toContain('hush');
      expect(JSON.parse(line)).toMatchObject({ msg: 'x', params: { [name]: '[redacted]' } });
    },
  );

  it('A8 keeps the rest, and what an error says', () => {
    const [line = ''] = linesOf('info', (log) =>
      log.error({ err: new Error('no disk'), feed: 'kraken' }, 'x'),
    );
    expect(JSON.parse(line)).toMatchObject({ feed: 'kraken', err: { message: 'no disk' } });
  });

  it('E1 writes nothing below its level', () => {
    const lines = linesOf('warn', (log) => {
      log.info('no');
      log.warn('yes');
    });
    expect(lines).toHaveLength(1);
    expect(linesOf('silent', (log) => log.fatal('no'))).toEqual([]);
  });
});
