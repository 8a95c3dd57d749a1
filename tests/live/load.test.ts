import { describe } from 'vitest';
import { PLACES } from '../support/places.ts';
import { loadSuite } from './load.suite.ts';

/** Enough that those who stop reading are far behind what the kernel holds for them; LOAD_MESSAGES=10000 says more. */
const MESSAGES = Number(process.env.LOAD_MESSAGES ?? 400);

describe('rooms under load', () => {
  for (const [name, place] of PLACES) loadSuite(name, place, MESSAGES);
});
