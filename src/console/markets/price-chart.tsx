import { useEffect, useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { language } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { compact, dateAndTime, directionOf, grouped, utcDate } from '../ui/format.ts';
import { type Candle, CHART_TIMEFRAMES } from './candle-book.ts';
import type { CandleFollower } from './candle-follower.ts';
import { chartTimeframe } from './use-candles.ts';
import { useChart } from './use-chart.ts';

interface PriceChartProps {
  readonly candles: CandleFollower;
  readonly isStale: boolean;
}

/** What the price did, from what the server remembers to the trade that was just heard. */
export function PriceChart({ candles, isStale }: PriceChartProps) {
  const texts = useTexts();
  const inLanguage = useStore(language);
  const timeframe = useStore(chartTimeframe);
  const [style, setStyle] = useState<'candles' | 'line'>('candles');
  const { container, shown } = useChart({ candles, style });
  useStatus(candles);
  const all = candles.candles;
  const first = all?.[0];
  const momentOf = ({ start, end }: Candle): string =>
    timeframe === 'DAY_1' ? utcDate((start + end) / 2, inLanguage) : dateAndTime(start, inLanguage);
  return (
    <section className="panel chart" aria-label={texts.chart.title}>
      <header className="panel-head">
        <h2>{texts.chart.title}</h2>
        <fieldset className="segments">
          <legend className="sr-only">{texts.chart.title}</legend>
          {(['candles', 'line'] as const).map((name) => (
            <label key={name}>
              <input type="radio" name="style" checked={style === name} onChange={() => setStyle(name)} />
              {texts.chart[name]}
            </label>
          ))}
        </fieldset>
        <fieldset className="segments timeframes">
          <legend className="sr-only">{texts.chart.timeframe}</legend>
          {CHART_TIMEFRAMES.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="timeframe"
                checked={timeframe === name}
                onChange={() => chartTimeframe.set(name)}
              />
              {texts.chart.timeframes[name]}
            </label>
          ))}
        </fieldset>
      </header>
      <dl className={`candle-figures num live-data ${isStale ? 'is-stale' : ''}`} data-testid="candle">
        {shown && <Figures candle={shown} moment={momentOf(shown)} />}
      </dl>
      <div className="chart-area">
        <div className={`chart-canvas live-data ${isStale ? 'is-stale' : ''}`} ref={container} />
        {all?.length === 0 && <EmptyState title={texts.chart.empty} hint={texts.chart.emptyHint} />}
      </div>
      <p className="foot muted" data-testid="candles" data-count={all?.length}>
        {candles.isFailed
          ? texts.chart.failed
          : first
            ? texts.chart.since(all?.length ?? 0, momentOf(first))
            : all === undefined && texts.common.loading}
        {isStale && ` · ${texts.markets.staleHint}`}
      </p>
    </section>
  );
}

/** Renders when candles begin, end or fail; what they are worth is told with each frame that is drawn. */
function useStatus(candles: CandleFollower): void {
  const [, setStatus] = useState('');
  useEffect(() => {
    const tell = (): void => setStatus(`${candles.isFailed} ${candles.candles?.length}`);
    tell();
    return candles.onChange(tell);
  }, [candles]);
}

function Figures({ candle, moment }: { readonly candle: Candle; readonly moment: string }) {
  const texts = useTexts();
  const inLanguage = useStore(language);
  const { open, high, low, close, volume } = candle;
  const figures = [
    [texts.chart.open, grouped(open)],
    [texts.symbol.high, grouped(high)],
    [texts.symbol.low, grouped(low)],
    [texts.chart.close, grouped(close)],
    [texts.symbol.volume, compact(volume, inLanguage)],
  ] as const;
  return (
    <>
      <div>
        <dt className="sr-only">{texts.symbol.time}</dt>
        <dd className="muted">{moment}</dd>
      </div>
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={label === texts.chart.close ? directionOf(Number(close) - Number(open)) : ''}>
            {value}
          </dd>
        </div>
      ))}
    </>
  );
}
