import { describe, expect, it } from 'vitest';
import { parseFeeds } from '../../src/feeds/feed-list.ts';

const names = (spec: string): string[] => parseFeeds(spec).map(({ name }) => name);

describe('FEEDS', () => {
  it('D5 names feeds with their options', () => {
    expect(names('none')).toEqual([]);
    expect(names('simulator')).toEqual(['simulator']);
    expect(names('simulator?seed=7&rate=1000&symbols=600519|AAPL, replay:kraken:a/b:c.0?speed=max')).toEqual([
      'simulator',
      'replay:kraken:a/b:c.0',
    ]);
  });

  it.each([
    ['simulatr', 'there is no such feed'],
    ['simulator?rate=0', 'rate must be 0.01 to 1000'],
    ['simulator?rate=', 'rate must be'],
    ['simulator?speed=3', 'there is no option speed'],
    ['simulator?symbols=XYZ', 'the simulator has no XYZ'],
    ['replay:kraken', 'there is no such feed'],
    ['replay:nyse:file', 'there is no replay format nyse'],
    ['replay:kraken:file?speed=fast', 'speed must be'],
  ])('D5 refuses %s and says what is accepted', (spec, why) => {
    expect(() => parseFeeds(spec)).toThrow(why);
    expect(() => parseFeeds(spec)).toThrow('FEEDS takes a comma-separated list of');
  });
});
