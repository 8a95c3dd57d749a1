import { memo } from 'react';

interface SparklineProps {
  readonly values: readonly number[];
  readonly label: string;
  readonly className?: string;
  readonly width?: number;
  readonly height?: number;
}

/** A line without axes: the shape of what happened. Drawn again when its values are others, not with each price. */
export const Sparkline = memo(function Sparkline({
  values,
  label,
  className = '',
  width = 88,
  height = 22,
}: SparklineProps) {
  return (
    <svg
      className={`sparkline ${className}`}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
    >
      <title>{label}</title>
      <polyline points={pointsOf(values, width, height)} />
    </svg>
  );
});

function pointsOf(values: readonly number[], width: number, height: number): string {
  const least = Math.min(...values);
  const span = Math.max(...values) - least || 1;
  const step = width / Math.max(1, values.length - 1);
  return values
    .map(
      (value, i) =>
        `${(i * step).toFixed(1)},${(height - 2 - ((value - least) / span) * (height - 4)).toFixed(1)}`,
    )
    .join(' ');
}
