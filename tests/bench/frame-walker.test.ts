import { describe, expect, it } from 'vitest';
import { FrameWalker } from '../../src/bench/frame-walker.ts';
import { percentile } from '../../src/bench/percentiles.ts';
import { table } from '../../src/bench/report.ts';

function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

describe('the frame walker', () => {
  const payloads = [0, 1, 125, 126, 300, 65_535, 65_536, 3].map((size) => Buffer.alloc(size, 'x'));
  const stream = Buffer.concat([
    ...payloads.map((payload) => frame(1, payload)),
    frame(9, Buffer.from('hi')),
  ]);

  it.each([1, 2, 3, 7, 64, 1000, 65_537, stream.length])(
    'P1 finds every frame of a stream cut every %i bytes',
    (size) => {
      for (const wanted of [true, false]) {
        const found: [number, number | undefined][] = [];
        const walker = new FrameWalker(
          (opcode, payload) => found.push([opcode, payload?.length]),
          () => wanted,
        );
        for (let at = 0; at < stream.length; at += size) walker.push(stream.subarray(at, at + size));
        expect(found).toEqual([...payloads.map(({ length }) => [1, wanted ? length : undefined]), [9, 2]]);
      }
    },
  );
});

describe('the report', () => {
  it('P2 takes percentiles by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentile(values, 0.5)).toBe(50);
    expect(percentile(values, 0.99)).toBe(99);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('P3 prints tables that are Markdown', () => {
    expect(table(['a', 'long'], [['1', '2']])).toBe('| a | long |\n|---|------|\n| 1 | 2    |');
  });
});
