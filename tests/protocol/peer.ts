import { expect } from 'vitest';
import { QUOTE } from '../support/hostile.ts';
import type { TcpClient } from '../support/tcp-client.ts';

export const QUERY = '{ serverTime }';

/** A message of the client. */
export const subscribe = (id: string, query = QUOTE, variables: object | null = { s: ['AAPL'] }) => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
});

export const ends = (client: TcpClient, code: number): Promise<void> =>
  expect.poll(() => client.closeCode, { interval: 5, timeout: 5000 }).toBe(code);

/** Besides the acknowledgement. */
export const hears = (client: TcpClient, ...messages: object[]): Promise<void> =>
  expect.poll(() => client.messages.slice(1), { interval: 5 }).toEqual(messages);
