import { useTexts } from '../i18n/texts.ts';
import type { Language } from '../state/preferences.ts';
import { clock, directionOf, signedCompact } from '../ui/format.ts';
import type { FlowPoint } from './use-flow-day.ts';

const WIDTH = 320;
const HEIGHT = 96;

interface FlowChartProps {
  readonly points: readonly FlowPoint[];
  readonly label: string;
  readonly language: Language;
}

/** A curve around its zero line: above it money came in, below it went out. */
export function FlowChart({ points, label, language }: FlowChartProps) {
  const texts = useTexts();
  const totals = points.map(({ total }) => total);
  const top = Math.max(0, ...totals);
  const bottom = Math.min(0, ...totals);
  const first = points[0]?.at ?? 0;
  const span = Math.max(1, (points.at(-1)?.at ?? 0) - first);
  const y = (total: number): number => 2 + ((top - total) / (top - bottom || 1)) * (HEIGHT - 4);
  const line = points
    .map(({ at, total }) => `${(((at - first) / span) * WIDTH).toFixed(1)},${y(total).toFixed(1)}`)
    .join(' ');
  const last = totals.at(-1) ?? 0;
  return (
    <>
      <svg
        className={`flow-chart ${directionOf(last)}`}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
      >
        <title>{`${label}: ${signedCompact(last, language)}`}</title>
        <polygon points={`0,${y(0)} ${line} ${WIDTH},${y(0)}`} />
        <line x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />
        <polyline points={line} />
      </svg>
      <p className="axis muted num">
        <span>{clock(first, language)}</span>
        <span>
          {texts.symbol.low} {signedCompact(bottom, language)} · {texts.symbol.high}{' '}
          {signedCompact(top, language)}
        </span>
        <span>{clock(points.at(-1)?.at, language)}</span>
      </p>
    </>
  );
}
