/** What the simulator trades. Prices are in ticks, so that they stay exact. */
export interface SimulatedInstrument {
  readonly symbol: string;
  readonly name: string;
  /** decimals of the price; one tick is `tick` units of the last one */
  readonly decimals: number;
  readonly tick: number;
  /** shares in a lot; sizes are whole lots */
  readonly lot: number;
  /** in units of the last decimal */
  readonly previousClose: number;
  /** the day's price limit as a fraction of previousClose; null: none */
  readonly limit: number | null;
}

const cn = (symbol: string, name: string, close: number): SimulatedInstrument => ({
  symbol,
  name,
  decimals: 2,
  tick: 1,
  lot: 100,
  previousClose: Math.round(close * 100),
  limit: 0.1,
});
const hk = (symbol: string, name: string, close: number, tick: number): SimulatedInstrument => ({
  symbol,
  name,
  decimals: 2,
  tick,
  lot: 100,
  previousClose: Math.round(close * 100),
  limit: null,
});
const us = (symbol: string, name: string, close: number): SimulatedInstrument => ({
  symbol,
  name,
  decimals: 2,
  tick: 1,
  lot: 1,
  previousClose: Math.round(close * 100),
  limit: null,
});

export const SIMULATED_INSTRUMENTS: readonly SimulatedInstrument[] = [
  cn('600519', '贵州茅台', 1688),
  cn('000001', '平安银行', 11.2),
  cn('300750', '宁德时代', 256.4),
  cn('601318', '中国平安', 52.35),
  cn('600036', '招商银行', 41.08),
  cn('000858', '五粮液', 132.6),
  cn('002594', '比亚迪', 298.7),
  cn('688981', '中芯国际', 88.15),
  hk('HK.00700', '腾讯控股 Tencent', 512, 20),
  hk('HK.09988', '阿里巴巴 Alibaba', 128.4, 10),
  hk('HK.03690', '美团 Meituan', 146.2, 10),
  hk('HK.01810', '小米集团 Xiaomi', 47.85, 5),
  us('AAPL', 'Apple Inc.', 231.5),
  us('MSFT', 'Microsoft Corporation', 428.2),
  us('NVDA', 'NVIDIA Corporation', 141.9),
  us('TSLA', 'Tesla, Inc.', 342.8),
  us('GOOGL', 'Alphabet Inc.', 178.4),
  us('AMZN', 'Amazon.com, Inc.', 207.6),
  us('META', 'Meta Platforms, Inc.', 561.3),
  us('AMD', 'Advanced Micro Devices, Inc.', 138.2),
];
