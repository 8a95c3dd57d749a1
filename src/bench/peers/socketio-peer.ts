/** A plain Socket.IO server: it emits each event to a room, as the old server did. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const server = createServer((_request, response) => response.end('ok'));
const io = new Server(server, {
  transports: ['websocket'],
  perMessageDeflate: false,
  serveClient: false,
  pingInterval: 3_600_000,
});
io.on('connection', (socket) => {
  socket.on('subscribe_market_stream', ({ symbol }: { symbol: string }) => {
    socket.join(`stream_${symbol}`);
    socket.emit('stream_subscribed', { symbol });
  });
  socket.on('publish', (quotes: readonly { symbol: string; price: number; volume: number }[]) => {
    for (const { symbol, price, volume } of quotes) {
      const timestamp = Date.now();
      io.to(`stream_${symbol}`).emit('stream_data', {
        symbol,
        data: { price, volume, timestamp, sequence: volume },
        timestamp,
      });
    }
  });
});
server.listen(Number(process.env.WEBSOCKET_PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
