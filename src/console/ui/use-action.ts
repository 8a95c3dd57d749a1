import { useCallback, useState } from 'react';

/** Something that is done on demand and may fail: what it is doing, and why it did not work. */
export function useAction<Args extends readonly unknown[]>(act: (...args: Args) => Promise<void>) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const run = useCallback(
    async (...args: Args): Promise<void> => {
      setBusy(true);
      setError(undefined);
      try {
        await act(...args);
      } catch (problem) {
        setError(problem instanceof Error ? problem : new Error(String(problem)));
      } finally {
        setBusy(false);
      }
    },
    [act],
  );
  return { run, isBusy, error };
}
