import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take ten seconds and more of a quiet machine, the longest first. */
const LONG = [
  'tests/faults/faults.test.ts',
  'tests/storage/migrate.test.ts',
  'tests/console/session.test.ts',
  'tests/live/rooms.test.ts',
  'tests/live/inbox.test.ts',
  'tests/live/load.test.ts',
  'tests/live/faults.test.ts',
  'tests/console/operations.test.ts',
  'tests/bus/redis-cluster.test.ts',
  'tests/storage/stored-fund-flow-bars.test.ts',
  'tests/storage/database.test.ts',
  'tests/cluster/workers.test.ts',
  'tests/security/floods.test.ts',
  'tests/transports/limits.test.ts',
];

/** A fresh clone knows no durations: what takes a minute must not start last, beside a worker with nothing to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.indexOf(relative(this.ctx.config.root, moduleId));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
