import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MarketSink } from '../../market/events/market-event.ts';
import { pause } from '../../primitives/pause.ts';
import type { Feed } from '../source/feed.ts';
import { ResnapshottingSink } from '../source/resnapshotting-sink.ts';
import { checkRecording, type ReadRecording } from './recording.ts';
import { readAshare } from './replay-ashare.ts';
import { readBinance } from './replay-binance.ts';
import { readCoinbase } from './replay-coinbase.ts';
import { readKraken } from './replay-kraken.ts';

export const REPLAY_FORMATS = ['kraken', 'binance', 'coinbase', 'ashare'] as const;
export type ReplayFormat = (typeof REPLAY_FORMATS)[number];

const READERS: Readonly<Record<ReplayFormat, ReadRecording>> = {
  kraken: readKraken,
  binance: readBinance,
  coinbase: readCoinbase,
  ashare: readAshare,
};

export interface ReplayOptions {
  readonly format: ReplayFormat;
  readonly file: string;
  /** of which instrument the file is, where its format does not say it */
  readonly symbol?: string | undefined;
  /** 1: as it was recorded; 10: ten times as fast; `max`: without pauses */
  readonly speed: number | 'max';
}

/** Without pauses, others get their turn after so many events. */
const EVENTS_PER_TURN = 100;

/** Plays a recording once, with its own pauses. It fails when the file cannot be read. */
export function createReplay({ format, file, symbol, speed }: ReplayOptions): Feed {
  return {
    name: `replay:${format}:${file}`,
    check: () => checkRecording(file),
    async run({ sink, signal, onAlive }) {
      const target = withRecovery(sink);
      const startedAt = performance.now();
      let firstAt: number | undefined;
      let events = 0;
      for await (const { at, deliver } of READERS[format](file, symbol)) {
        firstAt ??= at;
        events += 1;
        if (speed !== 'max') {
          const wait = (at - firstAt) / speed - (performance.now() - startedAt);
          if (wait >= 1) await pause(wait, signal);
        }
        if (events % EVENTS_PER_TURN === 0) await nextTurn();
        if (signal.aborted) return;
        deliver(target);
        onAlive();
      }
    },
  };
}

function withRecovery(sink: MarketSink): MarketSink {
  const books = new ResnapshottingSink(sink);
  return {
    listInstrument: (instrument) => sink.listInstrument(instrument),
    acceptQuote: (report) => sink.acceptQuote(report),
    acceptTrade: (report) => sink.acceptTrade(report),
    acceptBook: (report) => books.acceptBook(report),
    acceptBookChanges: (report) => books.acceptBookChanges(report),
  };
}
