import { PLACES } from '../support/places.ts';
import { roomsSuite } from './rooms.suite.ts';

for (const [name, place] of PLACES) roomsSuite(name, place);
