#!/bin/sh
# PGlite asks JavaScript's Date.now for the time, so a program that fakes it (sinon, vitest, jest: any fake timers) moves
# the database too: now(), clock_timestamp() and every column whose default they are, in a database that is already open.
# A PostgreSQL of its own process, which PGlite stands in for in tests, keeps its own time. Timestamps written before the
# clock is faked and after then order wrongly, and "older than a day" by the database's time means the program's.
#
# Seen with @electric-sql/pglite 0.5.16 and @sinonjs/fake-timers 15.5.0, Node.js 20 or newer:
#   clock_timestamp() while Date.now is faked to 2001-09-09: 2001-09-09T01:46:40.000Z
#   now() while faked:                                       2001-09-09T01:46:40.000Z
#   a default of now() while faked:                          2001-09-09T01:46:40.000Z
#   clock_timestamp() after it is restored:                  today
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @electric-sql/pglite@0.5.16 @sinonjs/fake-timers@15.5.0 >/dev/null
cat > run.mjs <<'JS'
import { PGlite } from '@electric-sql/pglite';
import FakeTimers from '@sinonjs/fake-timers';

const db = await PGlite.create();
await db.exec('CREATE TABLE t (id int, at timestamptz DEFAULT now())');
const time = async (what) => (await db.query(`SELECT ${what} AS at`)).rows[0].at.toISOString();
const clock = FakeTimers.install({ now: 1e12, toFake: ['Date'] });
const faked = [await time('clock_timestamp()'), await time('now()')];
await db.exec('INSERT INTO t (id) VALUES (1)');
faked.push(await time('(SELECT at FROM t)'));
clock.uninstall();
const after = await time('clock_timestamp()');
await db.close();
console.log('clock_timestamp() while Date.now is faked to 2001-09-09:', faked[0]);
console.log('now() while faked:                                      ', faked[1]);
console.log('a default of now() while faked:                         ', faked[2]);
console.log('clock_timestamp() after it is restored:                 ', after);
const isAsSeen = faked.every((at) => at.startsWith('2001-09-09T01:46:40')) && Date.parse(after) > 1.7e12;
process.exit(isAsSeen ? 0 : 1);
JS
node run.mjs
