/** A hidden page gets no animation frames, and still has to keep up. */
const HIDDEN_MS = 250;

const due = new Set<() => void>();
let scheduled = false;

/**
 * Runs a task with the next animation frame; asked for again before that, it runs once. All tasks of a frame run
 * together, so React renders what they changed in one pass: however many messages come, a frame costs one render.
 */
export function onNextFrame(task: () => void): void {
  due.add(task);
  if (scheduled) return;
  scheduled = true;
  if (document.hidden) setTimeout(run, HIDDEN_MS);
  else requestAnimationFrame(run);
}

function run(): void {
  scheduled = false;
  const tasks = [...due];
  due.clear();
  for (const task of tasks) task();
}
