import { type RefObject, useEffect, useState } from 'react';

/** Rows beyond the visible ones, so that a fast scroll shows no hole. */
const OVERSCAN = 6;

export interface RowWindow {
  readonly first: number;
  /** exclusive */
  readonly last: number;
}

/** Which of many rows of one height are in view in a scrolling element. */
export function useWindowRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): RowWindow {
  const [view, setView] = useState({ first: 0, last: 40 });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = (): void => {
      const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - OVERSCAN);
      const last = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + OVERSCAN;
      setView((known) => (known.first === first && known.last === last ? known : { first, last }));
    };
    measure();
    const resizes = new ResizeObserver(measure);
    resizes.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      resizes.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [scroller, rowHeight]);
  return { first: Math.min(view.first, count), last: Math.min(view.last, count) };
}
