/**
 * Products of CME Group that trade on Globex for 23 hours a day, from Sunday 17:00 to Friday 16:00 in Chicago, with a pause
 * from 16:00 to 17:00: equity indices, energy, metals, currencies and interest rates. Grains, livestock and contracts of
 * other exchanges have other hours.
 * https://www.cmegroup.com/trading-hours.html
 */
const GLOBEX: ReadonlySet<string> = new Set(
  [
    'ES MES NQ MNQ YM MYM RTY M2K EMD NKD',
    'CL MCL QM BZ NG MNG QG HO RB',
    'GC MGC QO SI SIL QI HG MHG QC PL PA',
    '6A 6B 6C 6E 6J 6M 6N 6S M6A M6B M6E',
    'ZB UB ZN TN ZF ZT',
  ].flatMap((codes) => codes.split(' ')),
);

/** Whether a product trades in Globex's hours of 23 a day. @param code in capitals, such as `ES` */
export const isGlobexProduct = (code: string): boolean => GLOBEX.has(code);

/** The months of contracts by their letters, January first. */
const MONTHS = 'FGHJKMNQUVXZ';

/**
 * A contract as CME and its vendors write it, with a letter for the month and two digits for the year (`ESZ26`), in the form
 * with digits (`ES2612`). With one digit the decade is not known.
 */
export function fromMonthCode(text: string): string | undefined {
  const [, code = '', letter = '', year = ''] =
    /^([A-Z0-9]{1,3})([FGHJKMNQUVXZ])([0-9]{2})$/.exec(text) ?? [];
  if (!isGlobexProduct(code)) return undefined;
  return `${code}${year}${String(MONTHS.indexOf(letter) + 1).padStart(2, '0')}`;
}
