import { describe } from 'vitest';
import { PLACES } from '../support/places.ts';
import { loadSuite } from './load.suite.ts';

describe('rooms under load', () => {
  // the embedded database works in the server's own thread, which the readers need too
  for (const [name, place] of PLACES) loadSuite(name, place, name === 'PGlite' ? 600 : 1000);
});
