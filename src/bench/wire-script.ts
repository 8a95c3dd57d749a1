import { randomBytes } from 'node:crypto';

/** What a client sends, and what it waits for before that; texts are `latin1`. */
export interface Step {
  readonly after?: string;
  readonly send: string;
}

/** How a client of one wire subscribes, and what each event has in it once. */
export interface WireScript {
  readonly steps: readonly Step[];
  readonly marker: string;
}

/** Clients must mask; a mask of zeros is one, and leaves the payload as it is. */
export function textFrame(text: string): string {
  const payload = Buffer.from(text);
  const isLong = payload.length > 125;
  const head = Buffer.alloc(isLong ? 8 : 6);
  head[0] = 0x81;
  head[1] = 0x80 | (isLong ? 126 : payload.length);
  if (isLong) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]).toString('latin1');
}

function upgrade(path: string, protocol?: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function post(accept: string, body: object): string {
  const text = JSON.stringify(body);
  const lines = [
    'POST /graphql HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Accept: ${accept}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}

const QUOTES =
  'subscription ($symbols: [Symbol!]!) { streamData(symbols: $symbols) { price volume exchangeTime sequence } }';
const UPGRADED = '\r\n\r\n';

const socketIo = (symbols: readonly string[]): WireScript => ({
  steps: [
    { send: upgrade('/socket.io/?EIO=4&transport=websocket') },
    { after: '0{"sid"', send: textFrame('40') },
    {
      after: '40{"sid"',
      send: symbols
        .map((symbol) =>
          textFrame(
            `42${JSON.stringify(['subscribe_market_stream', { symbol, fields: ['price', 'volume', 'timestamp', 'sequence'] }])}`,
          ),
        )
        .join(''),
    },
  ],
  marker: '"stream_data"',
});

/** The wires that are compared, each with a client that subscribes to some symbols. */
export const WIRES: Readonly<Record<string, (symbols: readonly string[]) => WireScript>> = {
  WebSocket: (symbols) => ({
    steps: [
      { send: upgrade('/graphql', 'graphql-transport-ws') },
      { after: UPGRADED, send: textFrame('{"type":"connection_init"}') },
      {
        after: 'connection_ack',
        send: textFrame(
          JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUOTES, variables: { symbols } } }),
        ),
      },
    ],
    marker: '"price"',
  }),
  'event stream': (symbols) => ({
    steps: [{ send: post('text/event-stream', { query: QUOTES, variables: { symbols } }) }],
    marker: '"price"',
  }),
  multipart: (symbols) => ({
    steps: [
      { send: post('multipart/mixed;subscriptionSpec=1.0', { query: QUOTES, variables: { symbols } }) },
    ],
    marker: '"price"',
  }),
  'old order book': (symbols) => ({
    steps: [
      { send: upgrade('/ws/bench') },
      {
        after: UPGRADED,
        send: symbols.map((symbol) => textFrame(JSON.stringify({ action: 'subscribe', symbol }))).join(''),
      },
    ],
    marker: '"orderbook_update"',
  }),
  'Socket.IO': socketIo,
  'plain socket.io': socketIo,
};
