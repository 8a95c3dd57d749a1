import { grouped } from '../ui/format.ts';

interface PriceProps {
  readonly price: string | null | undefined;
  readonly direction: 'up' | 'down' | undefined;
  /** each move starts the flash again */
  readonly moves: number;
}

/** A price that flashes when it moves. */
export function Price({ price, direction, moves }: PriceProps) {
  // two animations in turn: another name starts anew, and needs no new element as the same name would
  const flash = moves > 0 && direction ? `flash-${direction} ${moves % 2 ? 'is-odd' : ''}` : '';
  return <span className={`num price ${flash}`}>{grouped(price)}</span>;
}
