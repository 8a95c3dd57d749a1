import { describe, expect, it } from 'vitest';
import { FrameGate } from '../../src/transports/websocket/frame-gate.ts';
import { FrameMeter } from '../../src/transports/websocket/frame-meter.ts';
import { frameBytes, OPCODE } from '../support/tcp-client.ts';

const STREAM = Buffer.concat([
  frameBytes({ payload: 'x' }),
  frameBytes({ opcode: OPCODE.ping }),
  frameBytes({ payload: 'x'.repeat(200), fin: false }),
  frameBytes({ opcode: OPCODE.pong, payload: 'between' }),
  frameBytes({ opcode: OPCODE.continuation, payload: 'y'.repeat(70_000) }),
  frameBytes({ opcode: OPCODE.binary, payload: '' }),
  frameBytes({ opcode: OPCODE.close }),
]);

const countIn = (size: number) => {
  const meter = new FrameMeter();
  const total = { messages: 0, others: 0 };
  for (let i = 0; i < STREAM.length; i += size) {
    const { messages, others } = meter.count(STREAM.subarray(i, i + size));
    total.messages += messages;
    total.others += others;
  }
  return total;
};

describe('frames are counted by their heads', () => {
  it.each([1, 2, 3, 5, 7, 1000, 65_536, STREAM.length])('V14 in chunks of %i bytes', (size) => {
    expect(countIn(size)).toEqual({ messages: 3, others: 4 });
  });

  it('V14 too many messages are read later, and too many pings shut the gate', () => {
    const waits: number[] = [];
    let floods = 0;
    const gate = new FrameGate({
      rates: () => ({ messages: 10, others: 10 }),
      isAcknowledged: () => true,
      onTooManyMessages: (waitMs) => waits.push(waitMs),
      onFlood: () => {
        floods += 1;
      },
    });
    const message = frameBytes({ payload: 'x' });
    for (let i = 0; i < 10; i += 1) expect(gate.passes(message)).toBe(true);
    expect(waits).toEqual([]);
    expect(gate.passes(message)).toBe(true);
    expect(waits).toHaveLength(1);
    const ping = frameBytes({ opcode: OPCODE.ping });
    for (let i = 0; i < 10; i += 1) expect(gate.passes(ping)).toBe(true);
    expect(gate.passes(ping)).toBe(false);
    expect(gate.passes(message)).toBe(false);
    expect(floods).toBe(1);
  });
});
