import { grouped } from '../ui/format.ts';

interface PriceProps {
  readonly price: string | null | undefined;
  readonly direction: 'up' | 'down' | undefined;
  /** a new key starts the flash again */
  readonly moves: number;
}

/** A price that flashes when it moves. */
export function Price({ price, direction, moves }: PriceProps) {
  return (
    <span key={moves} className={`num price ${moves > 0 && direction ? `flash-${direction}` : ''}`}>
      {grouped(price)}
    </span>
  );
}
