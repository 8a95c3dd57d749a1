/** The least a server can do: encode once, `ws.send` in a loop. It speaks just enough of the protocol for the clients. */
import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

interface QuoteInput {
  readonly symbol: string;
  readonly price: string;
  readonly volume: string;
  readonly exchangeTime: string;
}

const subscribers = new Map<WebSocket, string>();
let sequence = 0;

function publish({ price, volume, exchangeTime }: QuoteInput): void {
  sequence += 1;
  const payload = JSON.stringify({ data: { streamData: { price, volume, exchangeTime, sequence } } });
  for (const [webSocket, id] of subscribers)
    webSocket.send(`{"id":"${id}","type":"next","payload":${payload}}`);
}

const server = createServer((_request, response) => response.end('ok'));
new WebSocketServer({ server, perMessageDeflate: false, handleProtocols: () => 'graphql-transport-ws' }).on(
  'connection',
  (webSocket) => {
    webSocket.on('message', (data) => {
      const { id, type, payload } = JSON.parse(String(data));
      if (type === 'connection_init') webSocket.send('{"type":"connection_ack"}');
      else if (type === 'subscribe' && payload.variables.input) payload.variables.input.forEach(publish);
      else if (type === 'subscribe') subscribers.set(webSocket, id);
    });
    webSocket.on('close', () => subscribers.delete(webSocket));
  },
);
server.listen(Number(process.env.WEBSOCKET_PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
