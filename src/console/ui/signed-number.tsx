import { ARROW, type Direction } from './format.ts';

interface SignedNumberProps {
  readonly direction: Direction;
  readonly text: string;
  readonly arrow?: boolean;
}

/** A number that rose or fell: told by its sign or arrow, and also by its colour. */
export function SignedNumber({ direction, text, arrow = false }: SignedNumberProps) {
  return (
    <span className={`num ${direction}`}>
      {arrow && <span className="arrow">{ARROW[direction]}</span>}
      {text}
    </span>
  );
}
