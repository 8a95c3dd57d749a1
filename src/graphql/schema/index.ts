import './shared/server.ts';
import './stats.ts';
import './market/instrument.ts';
import './market/quote.ts';
import './market/trade.ts';
import './market/order-book.ts';
import './market/fund-flow.ts';
import './market/candle.ts';
import './market/publish.ts';
import './rooms/rooms.ts';
import './rooms/room-message.ts';
import './rooms/read-marker.ts';
import './rooms/invitation.ts';
import './rooms/presence.ts';
import './rooms/inbox.ts';
import './notice.ts';
import './revoke.ts';
import { builder } from '../builder/builder.ts';
import { describePaging } from './paging.ts';

/** The executable schema. */
export const schema = describePaging(builder.toSchema());
