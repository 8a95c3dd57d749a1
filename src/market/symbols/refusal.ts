import { quoted, TickroomError } from '../../errors.ts';
import { COINS, QUOTE_CURRENCIES } from './quote-currencies.ts';
import { isMarketName, readSpelling } from './spellings.ts';

const ACCEPTED =
  'a 6-digit A-share ("600519"), a US ticker ("AAPL", "BRK.B"), a market prefix ("HK.00700", "US.AAPL", "SH.000001"), a futures contract ("SHFE.rb2501"), a crypto pair or contract ("BTC/USDT", "BTC/USDT:USDT") or a currency pair ("USD/CNH")';

/** Why a text is refused, and the nearest symbol. @param text in capitals; undefined: it is no text, or too long */
export function refuse(value: unknown, text: string | undefined): TickroomError {
  const nearest = text === undefined ? undefined : nearestOf(text);
  const meant = nearest === undefined ? '' : ` Did you mean ${JSON.stringify(nearest)}?`;
  return new TickroomError(
    'INVALID_SYMBOL',
    `${quoted(value)} is not a symbol: ${ruleOf(text)}.${meant} Use ${ACCEPTED}.`,
    nearest === undefined ? {} : { suggestion: nearest },
  );
}

function ruleOf(text: string | undefined): string {
  if (text === undefined) return 'a symbol is a text of at most 64 characters';
  if (text === '') return 'it is empty';
  if (/^[0-9]+$/.test(text)) return 'digits alone are a 6-digit A-share or a 5-digit Hong Kong code';
  if (/^(?:SH|SS|SZ|BJ)[.:]?[0-9]|[0-9]\.(?:SH|SS|SZ|BJ)$/.test(text)) {
    return 'a code of Shanghai, Shenzhen or Beijing has 6 digits';
  }
  if (/^HK[.:]?|\.HK$/.test(text))
    return 'a Hong Kong code has 1 to 5 digits, and an index 6 that begin with 8';
  if (/^[A-Z]{1,2}[0-9]{3,4}$|\.[A-Z]{1,2}[0-9]{3,4}$/.test(text)) {
    return 'a futures contract is a product of its exchange with year and month (01 to 12)';
  }
  if (/[/_-]/.test(text)) {
    return 'a pair has a base of 1 to 20 letters or digits and a quote currency of 2 to 10';
  }
  const prefix = /^([A-Z]+)[.:]/.exec(text)?.[1];
  if (prefix && !isMarketName(prefix)) return `there is no market ${prefix}`;
  return 'a US ticker has 1 to 6 letters, and a class of shares after a point';
}

/** The first way to rewrite a text that makes it a symbol. */
function nearestOf(text: string): string | undefined {
  const plain = text.replace(/[^\p{L}\p{N}.:/_^-]/gu, '');
  const six = /^[^0-9]{0,6}([0-9]{6})[^0-9]{0,6}$/.exec(text)?.[1];
  const [some] = /[0-9]+/.exec(text) ?? [];
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const [first = '', second = ''] = words;
  const candidates = [
    plain,
    plain.replace(/-[0-9].*$/, ''),
    six,
    /^HK|HK$/.test(text) && some ? `HK.${some.replace(/^0+/, '').slice(0, 5)}` : undefined,
    some === text && text.length < 5 ? `HK.${text}` : undefined,
    some && some.length > 6 ? some.slice(0, 6) : undefined,
    ...otherMonths(plain),
    words.length === 2 && QUOTE_CURRENCIES.includes(second) ? `${first}/${second}` : undefined,
    /[/:]/.test(text) && COINS.has(first) ? `${first}/USDT` : undefined,
    // Reuters writes exchanges after the ticker, such as OQ
    /^[A-Z]{1,6}\.[A-Z]{1,2}$/.test(text) && !isMarketName(second) ? first : undefined,
    words.length === 2 ? `${first}.${second}` : undefined,
    words.length === 2 && !isMarketName(first) ? second : undefined,
    words.length > 0 ? words.join('') : undefined,
    isMarketName(first) ? undefined : first,
  ];
  for (const candidate of candidates) {
    if (candidate === undefined || candidate === text || candidate.length > 64) continue;
    const found = readSpelling(candidate);
    if (found) return found.symbol;
  }
  return undefined;
}

/** A contract whose month there is not, in the last one there is. */
const otherMonths = (text: string): string[] =>
  /[A-Z][0-9]{3,4}$/.test(text) ? [`${text.slice(0, -2)}12`, `${text.slice(0, -2)}01`] : [];
