import { describe } from 'vitest';
import { PLACES } from '../support/places.ts';
import { loadSuite } from './load.suite.ts';

describe('rooms under load', () => {
  for (const [name, place] of PLACES) loadSuite(name, place);
});
