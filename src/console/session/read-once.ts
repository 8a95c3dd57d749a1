/** What `extensions` of a result may hold, each with an id. */
const NOTES = ['gap', 'resume'] as const;

/**
 * Lets each note in `extensions` through once: urql keeps those of a result on every later result of the operation.
 * @returns extensions without the notes that were read before
 */
export function readOnce(): (
  extensions: Record<string, unknown> | undefined,
) => Record<string, unknown> | undefined {
  const known = new Map<string, unknown>();
  return (extensions) => {
    if (!extensions) return undefined;
    const fresh = { ...extensions };
    for (const name of NOTES) {
      const note = fresh[name];
      if (typeof note !== 'object' || note === null || !('id' in note)) continue;
      if (known.get(name) === note.id) delete fresh[name];
      else known.set(name, note.id);
    }
    return fresh;
  };
}
