import './server.ts';
import './stats.ts';
import './instrument.ts';
import './quote.ts';
import './trade.ts';
import './order-book.ts';
import './fund-flow.ts';
import './publish.ts';
import { builder } from '../builder.ts';

/** The executable schema. */
export const schema = builder.toSchema();
