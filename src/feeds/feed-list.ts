import { resolveSymbol } from '../market/symbols/symbol.ts';
import { createReplay, REPLAY_FORMATS, type ReplayFormat } from './replay/replay.ts';
import { SIMULATED_INSTRUMENTS } from './simulator/simulated-instruments.ts';
import { createSimulator } from './simulator/simulator.ts';
import type { Feed } from './source/feed.ts';

const ACCEPTED = `FEEDS takes a comma-separated list of: none, simulator[?seed=7&rate=1000&symbols=600519|AAPL], replay:<${REPLAY_FORMATS.join('|')}>:<file>[?speed=10 or speed=max, and for ashare &symbol=600519]`;

/**
 * Reads the FEEDS variable.
 * @throws Error with one sentence that says what is wrong and what is accepted
 */
export function parseFeeds(spec: string): Feed[] {
  return spec
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '' && text !== 'none')
    .map(parseFeed);
}

function parseFeed(text: string): Feed {
  const mark = text.lastIndexOf('?');
  const address = mark < 0 ? text : text.slice(0, mark);
  const options = new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1));
  const fail = (why: string): never => {
    throw new Error(`${JSON.stringify(text)}: ${why}. ${ACCEPTED}.`);
  };
  const only = (...names: string[]): void => {
    for (const name of options.keys()) if (!names.includes(name)) fail(`there is no option ${name}`);
  };
  const number = (name: string, least: number, most: number): number | undefined => {
    const given = options.get(name);
    if (given === null) return undefined;
    const value = Number(given);
    return given !== '' && value >= least && value <= most
      ? value
      : fail(`${name} must be ${least} to ${most}`);
  };

  if (address === 'simulator') {
    only('seed', 'rate', 'symbols');
    const symbols = options
      .get('symbols')
      ?.split('|')
      .map((symbol) => resolveSymbol(symbol)?.symbol ?? symbol);
    const unknown = symbols?.find(
      (symbol) => !SIMULATED_INSTRUMENTS.some((known) => known.symbol === symbol),
    );
    if (unknown !== undefined) fail(`the simulator has no ${unknown || 'symbol without a name'}`);
    return createSimulator({
      seed: number('seed', 0, 2 ** 32 - 1),
      eventsPerSecond: number('rate', 0.01, 1000),
      symbols,
    });
  }
  const [kind, format, ...rest] = address.split(':');
  const file = rest.join(':');
  if (kind !== 'replay' || !file) return fail('there is no such feed');
  if (!REPLAY_FORMATS.includes(format as ReplayFormat)) fail(`there is no replay format ${format}`);
  only('speed', ...(format === 'ashare' ? ['symbol'] : []));
  const symbol = options.get('symbol') ?? undefined;
  if (symbol !== undefined && !resolveSymbol(symbol)) fail(`${JSON.stringify(symbol)} is not a symbol`);
  const speed = options.get('speed') === 'max' ? 'max' : (number('speed', 0.001, 1_000_000) ?? 1);
  return createReplay({ format: format as ReplayFormat, file, symbol, speed });
}
