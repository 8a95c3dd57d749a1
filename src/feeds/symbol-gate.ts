import type { MarketSink } from '../market/events/market-event.ts';
import { resolveSymbol } from '../market/symbols/symbol.ts';

/** Symbols that a feed named and that could not be read. */
export interface UnreadSymbols {
  /** the first of them, each once; at most `MAX_UNREAD_LISTED` */
  readonly symbols: readonly string[];
  /** reports that were dropped for it */
  readonly reports: number;
}

const MAX_UNREAD_LISTED = 20;
const MAX_LENGTH = 64;

/**
 * Where the reports of a feed come in: each goes on under the canonical symbol of its instrument, and one whose symbol
 * cannot be read is dropped and counted, so that the feed's state shows it.
 */
export class SymbolGate {
  readonly #unread = new Set<string>();
  #reports = 0;

  get unread(): UnreadSymbols {
    return { symbols: [...this.#unread], reports: this.#reports };
  }

  /** @returns the sink for the feed, in front of the market's */
  before(sink: MarketSink): MarketSink {
    const pass = <R extends { readonly symbol: string }>(report: R): R | undefined => {
      const symbol = resolveSymbol(report.symbol)?.symbol;
      if (symbol === undefined) return this.#refuse(report.symbol);
      return symbol === report.symbol ? report : { ...report, symbol };
    };
    return {
      listInstrument: (instrument) => {
        const read = pass(instrument);
        if (read) sink.listInstrument(read);
      },
      acceptQuote: (report) => {
        const read = pass(report);
        if (read) sink.acceptQuote(read);
      },
      acceptTrade: (report) => {
        const read = pass(report);
        return read ? sink.acceptTrade(read) : 'accepted';
      },
      acceptBook: (report) => {
        const read = pass(report);
        if (read) sink.acceptBook(read);
      },
      acceptBookChanges: (report) => {
        const read = pass(report);
        return read ? sink.acceptBookChanges(read) : 'unknown';
      },
    };
  }

  #refuse(symbol: string): undefined {
    this.#reports += 1;
    if (this.#unread.size < MAX_UNREAD_LISTED) this.#unread.add(String(symbol).slice(0, MAX_LENGTH));
    return undefined;
  }
}
