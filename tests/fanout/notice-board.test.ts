import { describe, expect, it } from 'vitest';
import type { Notice } from '../../src/fanout/notices/notice.ts';
import { NoticeBoard, type QueuedNotice } from '../../src/fanout/notices/notice-board.ts';

const gap = (n: number): Notice => ({
  id: String(n),
  kind: 'GAP',
  topic: 'trade:AAPL',
  from: n,
  to: n,
  reason: 'SLOW_READER',
  recovered: null,
  replayed: null,
  operationId: null,
});
const ids = (notices: readonly QueuedNotice[]) => notices.map(({ id }) => Number(id));

describe('notices', () => {
  it('U13 wait for whoever subscribes, a hundred of them, and the oldest that is left says how many are missing', () => {
    const board = new NoticeBoard();
    for (let n = 1; n <= 130; n += 1) board.push('client', gap(n));
    const heard: QueuedNotice[] = [];
    const stop = board.listen('client', (notice) => heard.push(notice));
    expect(ids(heard)).toEqual(Array.from({ length: 100 }, (_, i) => i + 31));
    expect(heard.map(({ dropped }) => dropped)).toEqual([30, ...Array.from({ length: 99 }, () => 0)]);
    board.push('client', gap(131));
    board.push('another', gap(1));
    expect(ids(heard).at(-1)).toBe(131);
    stop();
    board.push('client', gap(132));
    expect(heard).toHaveLength(101);
  });

  it('U13 of a client that is gone are forgotten, and those of one with several connections with the last', () => {
    const board = new NoticeBoard();
    board.push('client', gap(1));
    board.forget('client');
    expect(board.size).toBe(0);
    const releases = [board.hold('session'), board.hold('session')];
    board.push('session', gap(2));
    releases[0]?.();
    releases[0]?.();
    const heard: QueuedNotice[] = [];
    board.listen('session', (notice) => heard.push(notice))();
    expect(ids(heard)).toEqual([2]);
    releases[1]?.();
    expect(board.size).toBe(0);
  });
});
