/** Currencies of states, and gold and silver, which trade as they do: https://www.iso.org/iso-4217-currency-codes.html */
export const FIAT: ReadonlySet<string> = new Set(
  (
    'USD EUR JPY GBP CHF AUD CAD NZD CNY CNH HKD SGD TWD KRW INR IDR THB MYR PHP VND TRY RUB PLN CZK HUF RON BGN DKK ' +
    'NOK SEK ISK UAH KZT GEL ILS AED SAR QAR KWD BHD OMR EGP ZAR NGN KES MAD BRL MXN ARS CLP COP PEN UYU PKR LKR BDT ' +
    'MOP XAU XAG XPT XPD'
  ).split(' '),
);

/** What crypto exchanges quote in, beside the currencies of states. */
const COINS_QUOTED_IN =
  'USDT USDC FDUSD BUSD TUSD USDP USDD USDE USD1 PYUSD RLUSD DAI AEUR EURI BIDR IDRT BVND BTC XBT ETH BNB TRX XRP DOGE DOT SOL KCS HT OKB';

const FIAT_QUOTED_IN =
  'USD EUR GBP JPY TRY BRL AUD CAD CHF KRW INR IDR MXN ARS ZAR UAH RUB PLN RON NGN COP CZK HKD SGD';

/** Where no separator says it, a pair ends with one of these. */
export const QUOTE_CURRENCIES: readonly string[] = `${COINS_QUOTED_IN} ${FIAT_QUOTED_IN}`.split(' ');

/**
 * Coins that are known to be one. They decide where a text can be read in two ways: BNBUSD is BNB/USD, since there is no
 * coin BN that was traded in BUSD.
 */
export const COINS: ReadonlySet<string> = new Set(
  (
    'BTC XBT ETH USDT USDC BNB XRP SOL ADA DOGE XDG TRX TON AVAX SHIB DOT LINK BCH NEAR MATIC POL LTC ICP UNI DAI ETC ' +
    'APT XLM XMR OKB FIL ATOM HBAR ARB CRO VET OP INJ RUNE GRT MKR AAVE IMX STX ALGO EGLD FTM SAND MANA AXS THETA EOS ' +
    'XTZ FLOW CHZ KAVA NEO IOTA ZEC DASH BAT ENJ ZIL ZRX COMP SNX CRV YFI SUSHI LRC KNC OMG QTUM ONT ICX WAVES BTT HOT ' +
    'CELO KSM RVN SC DGB NANO XEM LSK GMT GAL FTT LIT NKN BLZ ANT BNT REP STORJ SUI SEI TIA PEPE WIF BONK FLOKI JUP PYTH ' +
    'ORDI WLD BLUR DYDX GMX LDO RPL FET AGIX RNDR OCEAN WBTC STETH WETH TUSD BUSD FDUSD USDP PAXG XAUT EURI AEUR USD EUR ' +
    'GBP AUD HYPE TRUMP ENA ONDO JTO STRK ZK NOT TAO KAS MNT AR BCHSV BSV BTG ONE CAKE APE GALA LUNA LUNC USTC'
  ).split(' '),
);

/** Names of the same coin: Kraken and BitMEX follow ISO 4217, where X marks what no state issues. */
export const COIN_ALIASES: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' };
