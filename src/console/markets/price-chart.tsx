import { useState } from 'react';
import { useTexts } from '../i18n/texts.ts';
import { useSession } from '../session/use-session.ts';
import { INTERVALS } from './candles.ts';
import { historyOf } from './price-history.ts';
import { useChart } from './use-chart.ts';

/** The price since the page was opened, growing with every trade. */
export function PriceChart({ symbol }: { readonly symbol: string }) {
  const texts = useTexts();
  const [style, setStyle] = useState<'candles' | 'line'>('candles');
  const [seconds, setSeconds] = useState<number>(5);
  const history = historyOf(useSession(), symbol);
  const container = useChart({ history, style, seconds });
  return (
    <section className="panel chart" aria-label={texts.symbol.chart}>
      <header className="panel-head">
        <h2>{texts.symbol.chart}</h2>
        <fieldset className="segments">
          <legend className="sr-only">{texts.symbol.chart}</legend>
          {(['candles', 'line'] as const).map((name) => (
            <label key={name}>
              <input type="radio" name="style" checked={style === name} onChange={() => setStyle(name)} />
              {texts.symbol[name]}
            </label>
          ))}
        </fieldset>
        <fieldset className="segments">
          <legend className="sr-only">{texts.symbol.interval}</legend>
          {INTERVALS.map((interval) => (
            <label key={interval}>
              <input
                type="radio"
                name="interval"
                checked={seconds === interval}
                onChange={() => setSeconds(interval)}
              />
              {interval < 60 ? texts.symbol.seconds(interval) : texts.symbol.minutes(interval / 60)}
            </label>
          ))}
        </fieldset>
      </header>
      <div className="chart-canvas live-data" ref={container} />
      <p className="foot muted">{texts.symbol.chartSince}</p>
    </section>
  );
}
