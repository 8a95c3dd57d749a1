import { PLACES } from '../support/places.ts';
import { inboxSuite } from './inbox.suite.ts';

for (const [name, place] of PLACES) inboxSuite(name, place);
