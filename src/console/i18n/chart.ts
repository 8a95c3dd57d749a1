/** Texts of the chart, in each language. */
export const chartEn = {
  title: 'Chart',
  candles: 'Candles',
  line: 'Line',
  timeframe: 'Timeframe',
  timeframes: { MINUTE_1: '1 min', MINUTE_5: '5 min', MINUTE_15: '15 min', HOUR_1: '1 h', DAY_1: '1 day' },
  open: 'Open',
  close: 'Close',
  since: (n: number, since: string) => (n === 1 ? `1 candle, of ${since}` : `${n} candles since ${since}`),
  empty: 'Nothing was traded yet',
  emptyHint: 'The chart begins with the first trade.',
  failed: 'Earlier candles cannot be read at the moment; trying again.',
};

export const chartZh: typeof chartEn = {
  title: '图表',
  candles: 'K线',
  line: '分时',
  timeframe: '周期',
  timeframes: { MINUTE_1: '1 分', MINUTE_5: '5 分', MINUTE_15: '15 分', HOUR_1: '1 小时', DAY_1: '日K' },
  open: '开盘',
  close: '收盘',
  since: (n, since) => `${since} 以来 ${n} 根K线`,
  empty: '尚无成交',
  emptyHint: '首笔成交后开始绘制。',
  failed: '暂时无法读取历史K线，正在重试。',
};
