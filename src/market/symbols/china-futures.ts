import { isMonth, type SymbolParts } from './symbol-parts.ts';

/** When a product of China's futures exchanges trades: until when at night, or in the hours of stocks or of bonds. */
export type FuturesHours = 'DAY' | 'NIGHT_2300' | 'NIGHT_0100' | 'NIGHT_0230' | 'STOCK_INDEX' | 'TREASURY';

/**
 * Products by exchange and hours, each as its exchange writes it.
 * Source: the exchanges' tables of trading hours as brokers reprint them, such as
 * https://www.crfutu.com.cn/wsyyt/kfzx/qhqqjygz/ypjysj/ (night) and http://www.dce.com.cn ("交易时间").
 */
const PRODUCTS: Readonly<Record<string, Partial<Record<FuturesHours, string>>>> = {
  SHFE: {
    DAY: 'wr',
    NIGHT_2300: 'rb hc ru bu fu sp br op',
    NIGHT_0100: 'cu al zn pb ni sn ss ao ad',
    NIGHT_0230: 'au ag',
  },
  INE: { DAY: 'ec', NIGHT_2300: 'nr lu', NIGHT_0100: 'bc', NIGHT_0230: 'sc' },
  DCE: { DAY: 'jd fb bb lh lg', NIGHT_2300: 'p j m y a b jm i l v pp eg c cs rr eb pg bz' },
  CZCE: {
    DAY: 'AP CJ PK SF SM UR WH PM RI LR JR RS',
    NIGHT_2300: 'SR CF CY TA MA RM ZC FG OI SA PF PX SH PR PL',
  },
  CFFEX: { STOCK_INDEX: 'IF IH IC IM', TREASURY: 'TS TF T TL' },
  GFEX: { DAY: 'si lc ps pt pd' },
};

/** Options on an index of CFFEX have names of their own. */
const INDEX_OPTIONS: readonly string[] = ['IO', 'HO', 'MO'];

interface Product {
  readonly exchange: string;
  readonly code: string;
  readonly hours: FuturesHours;
}

/** by code in capitals: no two products differ in case alone */
const BY_CODE: ReadonlyMap<string, Product> = new Map(
  Object.entries(PRODUCTS).flatMap(([exchange, groups]) => [
    ...Object.entries(groups).flatMap(([hours, codes]) =>
      codes
        .split(' ')
        .map((code) => [code.toUpperCase(), { exchange, code, hours: hours as FuturesHours }] as const),
    ),
    ...(exchange === 'CFFEX'
      ? INDEX_OPTIONS.map((code) => [code, { exchange, code, hours: 'STOCK_INDEX' as const }] as const)
      : []),
  ]),
);

/** The exchanges under the names that data vendors give them. */
export const FUTURES_EXCHANGES: Readonly<Record<string, string>> = {
  SHFE: 'SHFE',
  SHF: 'SHFE',
  XSGE: 'SHFE',
  INE: 'INE',
  XINE: 'INE',
  DCE: 'DCE',
  XDCE: 'DCE',
  CZCE: 'CZCE',
  CZC: 'CZCE',
  ZCE: 'CZCE',
  XZCE: 'CZCE',
  CFFEX: 'CFFEX',
  CFE: 'CFFEX',
  CCFX: 'CFFEX',
  GFEX: 'GFEX',
  GFE: 'GFEX',
};

const CONTRACT = /^([A-Z]{1,2})(MAIN|[0-9]{3,4})(?:-?([CP])-?([0-9]{1,6}))?$/;

/** When a product trades; undefined: it is none. @param product in any case */
export const futuresHours = (product: string): FuturesHours | undefined =>
  BY_CODE.get(product.toUpperCase())?.hours;

/**
 * A contract such as `rb2501`, its main contract `rbmain`, or an option such as `m2501-C-3000`. Zhengzhou writes the
 * year with one digit (`SR501`), the others with two.
 * @param text in capitals
 * @param exchange that was named, as `FUTURES_EXCHANGES` has it
 */
export function chinaFuture(text: string, exchange?: string): SymbolParts | undefined {
  const [, code = '', term = '', right, strike] = CONTRACT.exec(text) ?? [];
  const product = BY_CODE.get(code);
  if (!product || (exchange && exchange !== product.exchange)) return undefined;
  const isIndexOption = INDEX_OPTIONS.includes(code);
  if (isIndexOption !== (right !== undefined) && isIndexOption) return undefined;
  if (right !== undefined && term === 'MAIN') return undefined;
  const written = termOf(term, product.exchange);
  if (written === undefined) return undefined;
  return {
    symbol: `${product.exchange}.${product.code}${written}${right ? optionOf(product.exchange, right, strike) : ''}`,
    kind: right ? 'OPTION' : 'FUTURE',
    market: 'CN',
    exchange: product.exchange,
    currency: 'CNY',
    product: product.code,
  };
}

function termOf(term: string, exchange: string): string | undefined {
  if (term === 'MAIN') return 'main';
  if (!isMonth(term.slice(-2))) return undefined;
  if (exchange === 'CZCE') return term.slice(-3);
  return term.length === 4 ? term : undefined;
}

/** Shanghai and Zhengzhou write options without dashes. */
function optionOf(exchange: string, right: string, strike = ''): string {
  return exchange === 'DCE' || exchange === 'CFFEX' || exchange === 'GFEX'
    ? `-${right}-${strike}`
    : `${right}${strike}`;
}
