import { setTimeout as pause } from 'node:timers/promises';

const server = process.env.TICKROOM_URL ?? 'http://127.0.0.1:8002';
const token = process.env.TICKROOM_TOKEN ?? '';
const symbol = process.argv[2] ?? 'BTC/USDT';

const PUBLISH = `mutation ($input: [TradeInput!]!) {
  publishTrades(input: $input) { accepted duplicates rejected { index code message } }
}`;
const INTERVAL_MS = 500;
const MAX_WAIT_MS = 10_000;
/** What may succeed when the same request is sent again. */
const TEMPORARY = new Set(['SERVICE_UNAVAILABLE', 'RATE_LIMIT_EXCEEDED']);

/** Prices and sizes are strings: a JSON number would lose digits. */
interface Trade {
  readonly symbol: string;
  readonly price: string;
  readonly size: string;
  readonly exchangeTime: string;
  readonly sourceSequence: string;
}

interface Receipt {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly message: string }[];
}

interface Answer {
  readonly data?: { readonly publishTrades: Receipt } | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number };
  }[];
}

/** Sends one request. A string is the reason to send the same request again. */
async function attempt(input: readonly Trade[]): Promise<Receipt | { again: string; afterMs?: number }> {
  let answer: Answer;
  try {
    const response = await fetch(`${server}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: PUBLISH, variables: { input } }),
      signal: AbortSignal.timeout(10_000),
    });
    answer = (await response.json()) as Answer;
  } catch (error) {
    return { again: String(error) };
  }
  const [error] = answer.errors ?? [];
  if (error && TEMPORARY.has(error.extensions?.code ?? '')) {
    return { again: error.message, afterMs: error.extensions?.retryAfterMs };
  }
  if (error || !answer.data) throw new Error(error?.message ?? 'The answer has no data.');
  return answer.data.publishTrades;
}

/**
 * Publishes trades, and repeats the request until it is answered. The server counts a trade of one `sourceSequence`
 * once, so a repeated request whose answer was lost does no harm.
 * @throws Error when the server refuses the request, e.g. for want of the PUBLISHER role
 */
async function publish(input: readonly Trade[]): Promise<Receipt> {
  for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, MAX_WAIT_MS)) {
    const result = await attempt(input);
    if ('accepted' in result) return result;
    console.error(`${result.again} Sending the same trades again.`);
    await pause(result.afterMs ?? waitMs * (0.5 + Math.random() / 2));
  }
}

// A real feed passes on its exchange's sequence. This one must not repeat itself when the program starts again.
let sequence = Date.now();
let cents = 6_400_000;
for (;;) {
  cents += Math.round((Math.random() - 0.5) * 2_000);
  sequence += 1;
  const receipt = await publish([
    {
      symbol,
      price: `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
      size: '0.05',
      exchangeTime: new Date().toISOString(),
      sourceSequence: String(sequence),
    },
  ]);
  for (const { code, message } of receipt.rejected) console.error(`rejected: ${code} ${message}`);
  console.log(`${symbol} #${sequence}: ${receipt.accepted} accepted, ${receipt.duplicates} duplicates`);
  await pause(INTERVAL_MS);
}
