export { seededRandom } from '../../src/feeds/simulator/random.ts';

/** A seed that is new each time, unless the environment names one. */
export const seedOf = (text: string | undefined): number =>
  text === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(text);
