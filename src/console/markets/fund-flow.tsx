import type { FlowSubscription } from '../gql/graphql.ts';
import { useTexts } from '../i18n/texts.ts';
import { language } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { compact, directionOf, signed, signedCompact } from '../ui/format.ts';
import { SignedNumber } from '../ui/signed-number.tsx';
import { Flow } from './documents.ts';
import { FlowChart } from './flow-chart.tsx';
import { useFlowDay } from './use-flow-day.ts';
import { useLatest } from './use-latest.ts';

const BUCKETS = ['superLarge', 'large', 'medium', 'small'] as const;
type Bucket = FlowSubscription['fundFlow'][(typeof BUCKETS)[number]];

/** Whose money goes in and out today, by size of order. */
export function FundFlow({ symbol }: { readonly symbol: string }) {
  const texts = useTexts();
  const inLanguage = useStore(language);
  const { data, error } = useLatest(Flow, { symbol });
  const flow = data?.fundFlow;
  const day = useFlowDay(symbol, flow?.main.netInflow);
  const most = flow
    ? Math.max(1, ...BUCKETS.flatMap((name) => [Number(flow[name].inflow), Number(flow[name].outflow)]))
    : 1;
  const main = flow?.main.netInflow;
  return (
    <section className="panel flow" aria-label={texts.symbol.flow}>
      <header className="panel-head">
        <h2>{texts.symbol.flow}</h2>
        {main !== undefined && (
          <p className="live-data">
            <span className="muted">{texts.symbol.main} </span>
            <SignedNumber direction={directionOf(main)} text={signedCompact(main, inLanguage)} arrow />
          </p>
        )}
      </header>
      <ErrorNote error={error} />
      <div className="flow-body live-data">
        {flow && (
          <table>
            <thead>
              <tr>
                <td />
                <th scope="col">{texts.symbol.outflow}</th>
                <th scope="col">{texts.symbol.inflow}</th>
                <th scope="col">{texts.symbol.net}</th>
              </tr>
            </thead>
            <tbody>
              {BUCKETS.map((name) => (
                <tr key={name}>
                  <th scope="row">{texts.symbol[name]}</th>
                  <FlowBars bucket={flow[name]} most={most} inLanguage={inLanguage} />
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <figure>
          <figcaption className="muted">{texts.symbol.mainOverDay}</figcaption>
          {day.length < 2 ? (
            <p className="muted">{texts.symbol.noFlow}</p>
          ) : (
            <FlowChart points={day} label={texts.symbol.mainOverDay} language={inLanguage} />
          )}
        </figure>
      </div>
    </section>
  );
}

interface FlowBarsProps {
  readonly bucket: Bucket;
  readonly most: number;
  readonly inLanguage: 'en' | 'zh';
}

function FlowBars({ bucket, most, inLanguage }: FlowBarsProps) {
  const share = (amount: string) => ({ '--share': Number(amount) / most }) as object;
  return (
    <>
      <td className="bar-cell out" style={share(bucket.outflow)}>
        {compact(bucket.outflow, inLanguage)}
      </td>
      <td className="bar-cell in" style={share(bucket.inflow)}>
        {compact(bucket.inflow, inLanguage)}
      </td>
      <td>
        <SignedNumber
          direction={directionOf(bucket.netInflow)}
          text={signedCompact(bucket.netInflow, inLanguage)}
        />
        <small className="muted"> {signed(bucket.netInflowRate, '%')}</small>
      </td>
    </>
  );
}
