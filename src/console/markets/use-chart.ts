import {
  AreaSeries,
  CandlestickSeries,
  type ChartOptions,
  ColorType,
  createChart,
  type DeepPartial,
  type UTCTimestamp,
} from 'lightweight-charts';
import { type RefObject, useEffect, useRef } from 'react';
import { onNextFrame } from '../state/frames.ts';
import { language, theme } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { useMedia } from '../ui/use-media.ts';
import type { Candle } from './candles.ts';
import type { PriceHistory } from './price-history.ts';

export interface ChartOfHistory {
  readonly history: PriceHistory;
  readonly style: 'candles' | 'line';
  readonly seconds: number;
}

const BAR_SPACING = 9;

/** Draws a price history into the element that the returned ref is given to, and lets it grow. */
export function useChart({ history, style, seconds }: ChartOfHistory): RefObject<HTMLDivElement | null> {
  const container = useRef<HTMLDivElement>(null);
  const chosenTheme = useStore(theme);
  const chosenLanguage = useStore(language);
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from styles, which follow from these
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const colors = readColors();
    const chart = createChart(element, {
      ...chartOptions(colors),
      localization: { locale: chosenLanguage === 'zh' ? 'zh-CN' : 'en-GB' },
    });
    const series =
      style === 'candles'
        ? chart.addSeries(CandlestickSeries, candleColors(colors))
        : chart.addSeries(AreaSeries, {
            lineColor: colors.accent,
            lineWidth: 2,
            topColor: `${colors.accent}33`,
            bottomColor: `${colors.accent}00`,
          });
    const pointOf = ({ time, ...candle }: Candle) =>
      style === 'candles' ? { time: local(time), ...candle } : { time: local(time), value: candle.close };
    series.setData(history.candles(seconds).map(pointOf));

    let newest: Candle | undefined;
    const draw = (): void => {
      if (newest) series.update(pointOf(newest));
    };
    let isGone = false;
    const end = history.onChange((changed) => {
      const candle = changed.get(seconds);
      // a new candle may begin before the frame comes: what closes the last one must not be lost
      if (newest && candle && candle.time !== newest.time) draw();
      newest = candle;
      onNextFrame(() => isGone || draw());
    });
    return () => {
      isGone = true;
      end();
      chart.remove();
    };
  }, [history, style, seconds, chosenTheme, chosenLanguage, systemDark]);
  return container;
}

/** The library writes times in UTC; shifted, they are the reader's. */
const local = (seconds: number): UTCTimestamp =>
  (seconds - new Date(seconds * 1000).getTimezoneOffset() * 60) as UTCTimestamp;

function readColors() {
  const styles = getComputedStyle(document.documentElement);
  const color = (name: string): string => styles.getPropertyValue(name).trim();
  // a custom property that refers to another is given resolved
  return {
    up: color('--up'),
    down: color('--down'),
    accent: color('--accent'),
    text: color('--muted'),
    line: color('--line'),
    font: color('--font'),
  };
}
type Colors = ReturnType<typeof readColors>;

const candleColors = ({ up, down }: Colors) => ({
  upColor: up,
  borderUpColor: up,
  wickUpColor: up,
  downColor: down,
  borderDownColor: down,
  wickDownColor: down,
});

const chartOptions = ({ text, line, font }: Colors): DeepPartial<ChartOptions> => ({
  autoSize: true,
  layout: {
    background: { type: ColorType.Solid, color: 'transparent' },
    textColor: text,
    fontFamily: font,
    fontSize: 11,
    attributionLogo: true,
  },
  grid: { vertLines: { visible: false }, horzLines: { color: line } },
  rightPriceScale: { borderVisible: false, entireTextOnly: true },
  timeScale: {
    borderVisible: false,
    secondsVisible: true,
    timeVisible: true,
    barSpacing: BAR_SPACING,
    rightOffset: 4,
  },
});
