import {
  AreaSeries,
  CandlestickSeries,
  type ChartOptions,
  ColorType,
  createChart,
  type DeepPartial,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { onNextFrame } from '../state/frames.ts';
import { language, theme } from '../state/preferences.ts';
import { useStore } from '../state/store.ts';
import { useMedia } from '../ui/use-media.ts';
import type { Candle } from './candle-book.ts';
import type { CandleFollower } from './candle-follower.ts';
import { chartTimeframe } from './use-candles.ts';

export interface ChartOfCandles {
  readonly candles: CandleFollower;
  readonly style: 'candles' | 'line';
}

export interface DrawnChart {
  readonly container: RefObject<HTMLDivElement | null>;
  /** under the pointer, or the newest */
  readonly shown: Candle | undefined;
}

const DAY_MS = 86_400_000;
const BAR_SPACING = 9;
/** Where fewer bars than that are left of what is seen, older ones are read. */
const AHEAD = 20;

/** Draws candles into the element that the returned ref is given to, and lets them grow. */
export function useChart({ candles, style }: ChartOfCandles): DrawnChart {
  const container = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState<Candle>();
  const chosenTheme = useStore(theme);
  const chosenLanguage = useStore(language);
  const timeframe = useStore(chartTimeframe);
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from styles, which follow from these
  useEffect(() => {
    const element = container.current;
    if (!element) return;
    const colors = readColors();
    const isDays = timeframe === 'DAY_1';
    const chart = createChart(element, {
      ...chartOptions(colors),
      localization: { locale: chosenLanguage === 'zh' ? 'zh-CN' : 'en-GB' },
    });
    chart.timeScale().applyOptions({ timeVisible: !isDays });
    const series =
      style === 'candles'
        ? chart.addSeries(CandlestickSeries, candleColors(colors))
        : chart.addSeries(AreaSeries, {
            lineColor: colors.accent,
            lineWidth: 2,
            topColor: `${colors.accent}33`,
            bottomColor: `${colors.accent}00`,
          });
    const timeOf = isDays ? dayOf : localOf;
    const pointOf = (candle: Candle) => {
      const [open, high, low, close] = [candle.open, candle.high, candle.low, candle.close].map(Number);
      const time = timeOf(candle);
      return style === 'candles' ? { time, open, high, low, close } : { time, value: close };
    };

    let hovered: Time | undefined;
    let isComplete = true;
    let drawnUpTo = Number.NEGATIVE_INFINITY;
    let decimals = 0;
    const draw = (): void => {
      const all = candles.timeframe === timeframe ? (candles.candles ?? []) : [];
      // between two frames a candle may be closed and another begin
      const changed = isComplete ? all : all.slice(all.findLastIndex(({ start }) => start <= drawnUpTo));
      const needed = Math.max(decimals, ...changed.map(({ close }) => close.split('.')[1]?.length ?? 0));
      if (needed !== decimals) series.applyOptions({ priceFormat: priceFormat(needed) });
      decimals = needed;
      if (isComplete) series.setData(all.map(pointOf));
      else for (const candle of changed) series.update(pointOf(candle));
      isComplete = false;
      drawnUpTo = all.at(-1)?.start ?? Number.NEGATIVE_INFINITY;
      setShown(all.findLast((candle) => timeOf(candle) === hovered) ?? all.at(-1));
    };
    let isGone = false;
    const drawSoon = (): void => onNextFrame(drawUnlessGone);
    const drawUnlessGone = (): void => {
      if (!isGone) draw();
    };
    draw();
    const end = candles.onChange((change) => {
      isComplete ||= change === 'all';
      drawSoon();
    });
    chart.subscribeCrosshairMove(({ time }) => {
      hovered = time;
      drawSoon();
    });
    chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range && range.from < AHEAD) void candles.loadOlder();
    });
    return () => {
      isGone = true;
      end();
      chart.remove();
    };
  }, [candles, style, timeframe, chosenTheme, chosenLanguage, systemDark]);
  return { container, shown };
}

/** The library writes times in UTC; shifted, they are the reader's. */
function localOf({ start }: Candle): UTCTimestamp {
  return (start / 1000 - new Date(start).getTimezoneOffset() * 60) as UTCTimestamp;
}

/** The market's date: whatever its distance from UTC, at its noon that is the date in UTC. */
function dayOf({ start, end }: Candle): UTCTimestamp {
  const noon = (start + end) / 2;
  return (Math.floor(noon / DAY_MS) * (DAY_MS / 1000)) as UTCTimestamp;
}

const priceFormat = (decimals: number) =>
  ({ type: 'price', precision: decimals, minMove: 1 / 10 ** decimals }) as const;

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
    secondsVisible: false,
    barSpacing: BAR_SPACING,
    rightOffset: 4,
  },
});
