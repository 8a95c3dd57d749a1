import './server.ts';
import './stats.ts';
import './instrument.ts';
import './quote.ts';
import './trade.ts';
import './order-book.ts';
import './fund-flow.ts';
import './candle.ts';
import './publish.ts';
import './rooms.ts';
import './room-message.ts';
import './presence.ts';
import './inbox.ts';
import './notice.ts';
import './revoke.ts';
import { builder } from '../builder.ts';

/** The executable schema. */
export const schema = builder.toSchema();
