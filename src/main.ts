/** `node dist/main.js` is `tickroom start`: kept for supervisors and images that were set up with it. */
if (process.argv[2] !== 'start') process.argv.splice(2, 0, 'start');
import('./cli.ts');
