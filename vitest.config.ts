import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/support/longest-first.ts';

const require = createRequire(import.meta.url);

export default defineConfig({
  // Node gives libraries graphql's CommonJS build; the tests must not load the other one beside it
  resolve: { alias: [{ find: /^graphql$/, replacement: require.resolve('graphql') }] },
  test: {
    globalSetup: ['tests/global-setup.ts'],
    include: ['tests/**/*.test.ts'],
    // most tests wait for sockets: of two cores the default would use one
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // what is awaited comes in milliseconds, but not on a machine that runs two files and their servers
    // most of it is there in a moment: to ask every 50 ms, which is the default, is to wait
    expect: { poll: { interval: 10, timeout: 10_000 } },
    // the server keeps no state in its modules, and to load them anew took two seconds a file; whoever changes what all
    // share (the clock, a variable of the environment) gives it back
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
