import { graphql } from '../gql/gql.ts';

/**
 * The watchlist asks for what its columns show and nothing else. Each column is a variable, so that the document stays
 * one: the server makes one group of all who have chosen the same columns, whatever symbols they watch.
 */
export const Watch = graphql(/* GraphQL */ `
  subscription Watch(
    $symbols: [Symbol!]!
    $price: Boolean!
    $change: Boolean!
    $changePercent: Boolean!
    $bidAsk: Boolean!
    $range: Boolean!
    $open: Boolean!
    $volume: Boolean!
    $turnover: Boolean!
    $time: Boolean!
  ) {
    streamData(symbols: $symbols) {
      symbol
      stale
      price @include(if: $price)
      change @include(if: $change)
      changePercent @include(if: $changePercent)
      bid @include(if: $bidAsk)
      ask @include(if: $bidAsk)
      high @include(if: $range)
      low @include(if: $range)
      open @include(if: $open)
      previousClose @include(if: $open)
      volume @include(if: $volume)
      turnover @include(if: $turnover)
      receivedAt @include(if: $time)
      sequence @include(if: $time)
    }
  }
`);

/** Answers with INVALID_SYMBOL where the server does not take a symbol. */
export const SymbolCheck = graphql(/* GraphQL */ `
  query SymbolCheck($symbol: Symbol!) {
    quote(symbol: $symbol) {
      symbol
    }
  }
`);

export const Instruments = graphql(/* GraphQL */ `
  query Instruments($search: String, $first: Int!) {
    instruments(search: $search, first: $first) {
      edges {
        node {
          symbol
          name
          market
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

export const SymbolQuote = graphql(/* GraphQL */ `
  subscription SymbolQuote($symbols: [Symbol!]!) {
    streamData(symbols: $symbols) {
      symbol
      price
      change
      changePercent
      open
      high
      low
      previousClose
      volume
      turnover
      stale
      receivedAt
    }
  }
`);

/** Ten times a second is as fast as a ladder can be read; what is skipped is not even computed. */
export const Ladder = graphql(/* GraphQL */ `
  subscription Ladder($symbol: Symbol!, $depth: Int!) {
    orderBook(symbol: $symbol, depth: $depth, delivery: { maxPerSecond: 10 }) {
      sequence
      stale
      spread
      mid
      bids {
        price
        size
      }
      asks {
        price
        size
      }
    }
  }
`);

export const Tape = graphql(/* GraphQL */ `
  subscription Tape($symbols: [Symbol!]!) {
    trades(symbols: $symbols) {
      kind
      id
      correctedId
      sequence
      price
      size
      side
      exchangeTime
      receivedAt
    }
  }
`);

/** What was before, and up to which trade it goes: trades that are heard go on from there. */
export const Candles = graphql(/* GraphQL */ `
  query Candles($symbol: Symbol!, $timeframe: Timeframe!, $first: Int!, $after: String) {
    candles(symbol: $symbol, timeframe: $timeframe, first: $first, after: $after) {
      edges {
        node {
          periodStart
          periodEnd
          open
          high
          low
          close
          volume
          firstTradeAt
          lastTradeAt
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      lastTrade {
        sequence
      }
    }
  }
`);

export const Flow = graphql(/* GraphQL */ `
  subscription Flow($symbol: Symbol!) {
    fundFlow(symbol: $symbol, timeframe: DAY_1) {
      periodStart
      updatedAt
      turnover
      main {
        netInflow
        netInflowRate
      }
      superLarge {
        inflow
        outflow
        netInflow
        netInflowRate
      }
      large {
        inflow
        outflow
        netInflow
        netInflowRate
      }
      medium {
        inflow
        outflow
        netInflow
        netInflowRate
      }
      small {
        inflow
        outflow
        netInflow
        netInflowRate
      }
    }
  }
`);

/** The day so far: by the minute while it is young, by the quarter of an hour after that. */
export const FlowHistory = graphql(/* GraphQL */ `
  query FlowHistory($symbol: Symbol!) {
    day: fundFlow(symbol: $symbol, timeframe: DAY_1) {
      periodStart
    }
    minutes: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_1, first: 100) {
      edges {
        node {
          periodStart
          main {
            netInflow
          }
        }
      }
      pageInfo {
        hasNextPage
      }
    }
    quarters: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_15, first: 100) {
      edges {
        node {
          periodStart
          main {
            netInflow
          }
        }
      }
    }
  }
`);
