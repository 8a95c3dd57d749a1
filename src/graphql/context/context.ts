import type { Revocations } from '../../auth/revocations.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Bus } from '../../bus/bus.ts';
import type { StoredEvents } from '../../fanout/topics/stored-topic.ts';
import type { Inboxes } from '../../inbox/inboxes.ts';
import type { BookMirrors } from '../../market/book/book-mirror.ts';
import type { Calendars } from '../../market/calendar/calendars.ts';
import type { MarketProxy } from '../../market/cluster/market-proxy.ts';
import type { Presence } from '../../presence/presence.ts';
import type { AccessWatch } from '../../rooms/access-watch.ts';
import type { Invitations } from '../../rooms/invitations/invitations.ts';
import type { RoomReads } from '../../rooms/reads/room-reads.ts';
import type { RoomMessages } from '../../rooms/room-messages.ts';
import type { Rooms } from '../../rooms/rooms.ts';
import type { Audit } from '../../telemetry/audit.ts';
import type { StatsSnapshot } from '../../telemetry/stats.ts';
import type { SortedBatches } from './bad-reports.ts';

/** What resolvers work with. Chosen by the app, the same for every request. */
export interface Services {
  readonly bus: Bus;
  readonly marketProxy: MarketProxy;
  readonly books: BookMirrors;
  readonly calendars: Calendars;
  readonly rooms: Rooms;
  readonly messages: RoomMessages;
  readonly reads: RoomReads;
  readonly invitations: Invitations;
  readonly roomEvents: StoredEvents;
  readonly presence: Presence;
  readonly access: AccessWatch;
  readonly inboxes: Inboxes;
  readonly inboxEvents: StoredEvents;
  /** Of the numberings of rooms and inboxes, for cursors. */
  readonly storedEpoch: () => string;
  readonly revocations: Pick<Revocations, 'revoke'>;
  readonly audit: Audit;
  readonly stats: () => StatsSnapshot;
  /** whether market data and figures of this server may be read without a token */
  readonly anonymousReads: boolean;
}

/** Who sent an operation. */
export interface Caller {
  /** null: anonymous */
  readonly viewer: Viewer | null;
  /** what it came by, where subscriptions may follow; undefined: a single request */
  readonly connection: ConnectionRef | undefined;
  /** of the network, where it came from */
  readonly address?: string | undefined;
}

/** A connection as resolvers know it: an address that something can be sent to. */
export interface ConnectionRef {
  /** Unguessable, and given by the server. */
  readonly id: string;
  /** Under which name its notices are kept; undefined: an event stream whose client names no session. */
  readonly noticesOf?: string | undefined;
}

/** The context of one operation. In shared executions who sent it throws: a result that many receive depends on nobody. */
export interface Context extends Caller {
  readonly services: Services;
  /** of a publishing mutation of which some reports have no good form */
  readonly batches?: SortedBatches | undefined;
}

/** The context in which a group executes for all its members. */
export function sharedContext(services: Services): Context {
  return {
    services,
    get viewer(): never {
      throw new Error('A shared execution has no viewer: declare the field as viewer-dependent.');
    },
    get connection(): never {
      throw new Error('A shared execution has no connection.');
    },
  };
}
