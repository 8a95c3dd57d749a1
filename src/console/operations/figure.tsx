interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly note?: string;
  /** the last minutes, drawn */
  readonly values?: readonly number[];
  readonly testId?: string;
}

const WIDTH = 240;
const HEIGHT = 48;

/** A number with its name, and how it came about. */
export function Figure({ label, value, note, values, testId }: FigureProps) {
  return (
    <div className="panel figure">
      <p className="muted">{label}</p>
      <p className="figure-value num" data-testid={testId}>
        {value}
      </p>
      {note && <p className="muted figure-note">{note}</p>}
      {values && <Area values={values} />}
    </div>
  );
}

function Area({ values }: { readonly values: readonly number[] }) {
  // what does not change is a line below the top, and no full block
  const top = Math.max(1, ...values) * 1.25;
  // one value alone has been the same as long as it is known
  const points = values.length === 1 ? [...values, ...values] : values;
  const step = WIDTH / Math.max(1, points.length - 1);
  const line = points
    .map((value, i) => `${(i * step).toFixed(1)},${(HEIGHT - 1 - (value / top) * (HEIGHT - 3)).toFixed(1)}`)
    .join(' ');
  return (
    <svg className="area" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <polygon points={`0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
      <polyline points={line} />
    </svg>
  );
}
