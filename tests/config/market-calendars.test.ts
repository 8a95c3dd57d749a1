import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCalendars } from '../../src/app/calendars.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tickroom-calendars-'));
afterAll(() => rmSync(folder, { recursive: true }));
const warned: unknown[] = [];
const log = { warn: (entry: unknown) => warned.push(entry) };

function read(content: unknown) {
  const file = path.join(folder, 'calendars.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readCalendars(file, log as never);
}

describe('MARKET_CALENDARS', () => {
  it('M26 adds years and takes the place of ours', async () => {
    const year = { source: 'test', holidays: { '2030-01-02': 'test' } };
    const calendars = await read({ CN: { '2030': year } });
    const state = (time: string) => calendars.statusAt('600519', Date.parse(time)).state;
    expect(state('2030-01-02T10:00:00+08:00')).toBe('CLOSED');
    expect(state('2030-01-03T10:00:00+08:00')).toBe('OPEN');
    expect(state('2026-10-01T10:00:00+08:00')).toBe('CLOSED');
  });

  it.each([
    ['{', 'is no JSON'],
    [{ XX: {} }, 'Unrecognized key'],
    [{ CN: { '27': { source: 's', holidays: {} } } }, 'CN.27'],
    [{ CN: { '2027': { holidays: {} } } }, 'CN.2027.source'],
    [{ CN: { '2027': { source: 's', holidays: { '2027-02-30': 'x' } } } }, 'CN.2027.holidays'],
    [{ CN: { '2027': { source: 's', holidays: { '2028-01-03': 'x' } } } }, '2028-01-03 is not of 2027'],
    [
      { HK: { '2027': { source: 's', holidays: { '2027-01-01': 'x' }, halfDays: { '2027-01-01': 'x' } } } },
      '2027-01-01 is a holiday and a half day',
    ],
    [{ US: { '2027': { source: 's', holidays: {}, halfdays: {} } } }, 'Unrecognized key'],
  ])('M26 %j is refused: %s', async (content, why) => {
    await expect(read(content)).rejects.toThrow(
      expect.objectContaining({ name: 'ConfigError', message: expect.stringContaining(why) }),
    );
  });

  it('M26 a file that is not there is refused with a sentence', async () => {
    await expect(readCalendars('/no/such/file', log as never)).rejects.toThrow('cannot be read');
  });
});
