import { useEffect } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { route } from '../state/route.ts';
import { useStore } from '../state/store.ts';

/** Which page it is, and how much waits, for who has the tab behind others. The page of a symbol tells its price instead. */
export function useTitle(waiting: number): void {
  const texts = useTexts();
  const { page, detail } = useStore(route);
  const isSymbol = page === 'markets' && detail !== undefined;
  const title = `${waiting > 0 ? `(${waiting}) ` : ''}${texts.nav[page]} · Tickroom`;
  useEffect(() => {
    if (!isSymbol) document.title = title;
  }, [isSymbol, title]);
}
