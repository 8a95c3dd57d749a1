import type { StoredEvents } from '../fanout/topics/stored-topic.ts';
import type { MessageStore } from './message-store.ts';
import { parseRoomEvent, roomIdOf, roomTopic } from './room-event.ts';

/** Messages of rooms as the fan-out engine reads them: events are `RoomEvent`s, numbered by their position. */
export function storedRoomEvents(store: MessageStore): StoredEvents {
  return {
    async read(topic, after, limit) {
      const events = await store.eventsAfter(roomIdOf(topic), after, limit);
      return {
        events: events.map((event) => ({ topic, epoch: '', sequence: event.position, payload: event })),
        upTo: events.at(-1)?.position ?? after,
      };
    },
    count: (topic, after) => store.countAfter(roomIdOf(topic), after),
    async heads(topics) {
      const heads = await store.heads(topics.map(roomIdOf));
      return new Map([...heads].map(([roomId, head]) => [roomTopic(roomId), head]));
    },
    parse(payload) {
      const event = parseRoomEvent(payload);
      return event && { sequence: event.position, payload: event };
    },
  };
}
