/**
 * Loaded with --import into a server under test: its wall clock is wrong by what the environment says at the start, and
 * by what its parent process sends later. Timers and performance.now() are as they are.
 */
const RealDate = Date;
let offsetMs = Number(process.env.TEST_CLOCK_OFFSET_MS ?? 0);
const now = () => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  apply: (target) => new target(now()).toString(),
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});

process.on('message', (message) => {
  offsetMs = message.clockOffsetMs;
});
// the server ends when it has nothing left to do
process.channel?.unref();
