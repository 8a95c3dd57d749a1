import { isRecord, levelsOf, linesOf, parseMessage, type Recorded } from './recording.ts';

/**
 * Kraken's WebSocket v1 `book` channel: `as`/`bs` is a snapshot, `a`/`b` are changes (in one object or two), `c` is the
 * checksum of the ten best afterwards. https://docs.kraken.com/api/docs/guides/spot-ws-book-v1
 */
export async function* readKraken(file: string): AsyncIterable<Recorded> {
  for await (const line of linesOf(file)) {
    const recorded = parseMessage(line);
    const event = recorded && toEvent(recorded.at, recorded.message);
    if (event) yield event;
  }
}

function toEvent(at: number, message: unknown): Recorded | undefined {
  if (!Array.isArray(message)) return undefined;
  const [channel, pair] = message.slice(-2) as unknown[];
  if (typeof channel !== 'string' || typeof pair !== 'string') return undefined;
  const depth = /^book-([0-9]+)$/.exec(channel)?.[1];
  if (depth === undefined) return undefined;
  const body: Record<string, unknown> = Object.assign({}, ...message.slice(1, -2).filter(isRecord));
  const symbol = symbolOf(pair);
  if ('as' in body || 'bs' in body) {
    return {
      at,
      deliver: (sink) =>
        sink.acceptBook({
          symbol,
          bids: levelsOf(body.bs),
          asks: levelsOf(body.as),
          maxDepth: Number(depth),
          exchangeTime: at,
        }),
    };
  }
  const checksum = body.c === undefined ? null : Number(body.c);
  return {
    at,
    deliver: (sink) => {
      sink.acceptBookChanges({
        symbol,
        bids: levelsOf(body.b),
        asks: levelsOf(body.a),
        checksum,
        exchangeTime: at,
      });
    },
  };
}

/** Kraken calls bitcoin XBT and dogecoin XDG. */
const symbolOf = (pair: string): string => pair.replace(/\bXBT\b/, 'BTC').replace(/\bXDG\b/, 'DOGE');
