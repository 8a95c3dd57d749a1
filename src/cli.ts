#!/usr/bin/env node
/**
 * The `tickroom` command. It imports nothing before it has checked the version of Node.js, and uses no syntax that an old
 * Node.js cannot parse: otherwise the user would get a SyntaxError from a file of a library.
 */
var version = process.versions.node.split('.').map(Number);
var major = version[0] || 0;
var minor = version[1] || 0;

/** The same range as `engines` in package.json. */
var supported = major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);

if (supported) {
  import('./cli/program.ts').then((program) => program.run(process.argv.slice(2)));
} else {
  console.error(
    'Tickroom needs Node.js 20.19, 22.12, 24 or later, and this is ' +
      process.versions.node +
      '. Install a newer one from https://nodejs.org and start again.',
  );
  process.exitCode = 2;
}
