import { VARIABLES } from '../../src/config.ts';
import { LIMIT_VARIABLES, RATE_WINDOW_MS } from '../../src/limits/limit-settings.ts';
import { code, generated, table } from './markdown.ts';

const HEAD = ['variable', 'default', 'what is counted', 'what the client gets beyond it'];
const group = (number: number): string => number.toLocaleString('en');

/** The page of limits. */
export function limitsPage(): string {
  const rates = new Set(LIMIT_VARIABLES.map(({ name }) => name));
  const operations = VARIABLES.filter(({ name, answer }) => answer !== undefined && !rates.has(name));
  return `# Limits

${generated('src/limits/limit-settings.ts and src/config/operation-variables.ts')}

Limits are the same over HTTP, WebSocket and event streams. Their defaults protect the server; they do not ration its users.

## Rates and bounds

Rates are counted over ${RATE_WINDOW_MS / 1000} seconds. 0 is no limit. RATE_LIMIT_EXCEEDED carries \`extensions.retryAfterMs\`;
over HTTP it is status 429 with \`Retry-After\`. Event streams that may open later are answered as in
[the protocol](protocol.md#event-streams-that-are-refused).

${table(
  HEAD,
  LIMIT_VARIABLES.map(({ name, default: byDefault, meaning, answer }) => [
    code(name),
    group(byDefault),
    meaning,
    answer,
  ]),
)}

- Operations that cost 500 or more run one at a time, in rotation over the users who send them; events are delivered in
  between.
- A WebSocket that had over a hundred more operations refused than accepted is read slowly: each further refusal costs it
  about half a second.
- Connections from the same machine (127.0.0.0/8, ::1) have no limits by address. Set \`TRUST_PROXY\` when a proxy runs
  there. A request that a proxy passed on while \`TRUST_PROXY\` is 0 is a warning in the log, once.
- IPv6 addresses count by their /64.
- Instances report to Redis in twentieths of a limit what they accepted, and do not wait for an answer: together they may
  exceed a limit by a twentieth each. While Redis is away, each instance keeps to the limits by itself.

## Operations

An operation is measured once, before it runs; deliveries are not measured again.

${table(
  HEAD,
  operations.map(({ name, default: byDefault, meaning, answer = '' }) => [
    code(name),
    group(Number(byDefault)),
    meaning,
    answer,
  ]),
)}

**Cost**: each field counts 1. Inside a list it counts as often as the list is long, which is \`first\`, \`last\` or \`depth\` of the
field around it, or 50 where no argument says it. \`orderBook(symbol: "AAPL", depth: 10) { bids { price size } }\` costs 22,
with a depth of 1,000 it costs 2,002. The cost of a subscription is that × symbols × results a second, which are taken to be
10 unless \`delivery.maxPerSecond\` is lower. The defaults accept a watchlist of 1,000 symbols with every field, and a book of
1,000 levels.
`;
}
