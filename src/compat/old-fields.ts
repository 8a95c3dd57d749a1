import type { StatsSnapshot } from '../telemetry/stats.ts';
import type { BookReaders } from './orderbook/book-readers.ts';

/**
 * Fields that the two old servers had in `/health` and `/stats`, under their old names.
 * @param readers of the old order-book wire at this instance
 */
export function oldFields(
  readers: BookReaders,
  stats: StatsSnapshot,
): { readonly health: object; readonly stats: object } {
  const { connections, rooms, streaming } = stats;
  const health = { active_connections: connections.total, total_subscriptions: readers.total };
  return {
    health,
    stats: {
      ...health,
      symbol_subscriptions: readers.bySymbol,
      total_connections: connections.total,
      total_users: connections.users,
      total_rooms: rooms.total,
      active_streams: streaming.activeStreams,
      total_subscribers: streaming.subscribers,
      total_messages_sent: streaming.messagesSent,
    },
  };
}
