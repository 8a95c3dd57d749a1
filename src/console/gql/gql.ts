/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  subscription Watch(\n    $symbols: [Symbol!]!\n    $price: Boolean!\n    $change: Boolean!\n    $changePercent: Boolean!\n    $bidAsk: Boolean!\n    $range: Boolean!\n    $open: Boolean!\n    $volume: Boolean!\n    $turnover: Boolean!\n    $time: Boolean!\n  ) {\n    streamData(symbols: $symbols) {\n      symbol\n      stale\n      price @include(if: $price)\n      change @include(if: $change)\n      changePercent @include(if: $changePercent)\n      bid @include(if: $bidAsk)\n      ask @include(if: $bidAsk)\n      high @include(if: $range)\n      low @include(if: $range)\n      open @include(if: $open)\n      previousClose @include(if: $open)\n      volume @include(if: $volume)\n      turnover @include(if: $turnover)\n      receivedAt @include(if: $time)\n      sequence @include(if: $time)\n    }\n  }\n": typeof types.WatchDocument,
    "\n  query Instruments($search: String, $first: Int!) {\n    instruments(search: $search, first: $first) {\n      edges {\n        node {\n          symbol\n          name\n          market\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n": typeof types.InstrumentsDocument,
    "\n  subscription SymbolQuote($symbols: [Symbol!]!) {\n    streamData(symbols: $symbols) {\n      symbol\n      price\n      change\n      changePercent\n      open\n      high\n      low\n      previousClose\n      volume\n      turnover\n      stale\n      receivedAt\n    }\n  }\n": typeof types.SymbolQuoteDocument,
    "\n  subscription Ladder($symbol: Symbol!, $depth: Int!) {\n    orderBook(symbol: $symbol, depth: $depth, delivery: { maxPerSecond: 10 }) {\n      sequence\n      stale\n      spread\n      mid\n      bids {\n        price\n        size\n      }\n      asks {\n        price\n        size\n      }\n    }\n  }\n": typeof types.LadderDocument,
    "\n  subscription Tape($symbols: [Symbol!]!) {\n    trades(symbols: $symbols) {\n      sequence\n      price\n      size\n      side\n      receivedAt\n    }\n  }\n": typeof types.TapeDocument,
    "\n  subscription Flow($symbol: Symbol!) {\n    fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n      updatedAt\n      turnover\n      main {\n        netInflow\n        netInflowRate\n      }\n      superLarge {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      large {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      medium {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      small {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n    }\n  }\n": typeof types.FlowDocument,
    "\n  query FlowHistory($symbol: Symbol!) {\n    day: fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n    }\n    minutes: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_1, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n    quarters: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_15, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n    }\n  }\n": typeof types.FlowHistoryDocument,
    "\n  query WhoAmI {\n    viewer {\n      id\n      roles\n      expiresAt\n    }\n  }\n": typeof types.WhoAmIDocument,
};
const documents: Documents = {
    "\n  subscription Watch(\n    $symbols: [Symbol!]!\n    $price: Boolean!\n    $change: Boolean!\n    $changePercent: Boolean!\n    $bidAsk: Boolean!\n    $range: Boolean!\n    $open: Boolean!\n    $volume: Boolean!\n    $turnover: Boolean!\n    $time: Boolean!\n  ) {\n    streamData(symbols: $symbols) {\n      symbol\n      stale\n      price @include(if: $price)\n      change @include(if: $change)\n      changePercent @include(if: $changePercent)\n      bid @include(if: $bidAsk)\n      ask @include(if: $bidAsk)\n      high @include(if: $range)\n      low @include(if: $range)\n      open @include(if: $open)\n      previousClose @include(if: $open)\n      volume @include(if: $volume)\n      turnover @include(if: $turnover)\n      receivedAt @include(if: $time)\n      sequence @include(if: $time)\n    }\n  }\n": types.WatchDocument,
    "\n  query Instruments($search: String, $first: Int!) {\n    instruments(search: $search, first: $first) {\n      edges {\n        node {\n          symbol\n          name\n          market\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n": types.InstrumentsDocument,
    "\n  subscription SymbolQuote($symbols: [Symbol!]!) {\n    streamData(symbols: $symbols) {\n      symbol\n      price\n      change\n      changePercent\n      open\n      high\n      low\n      previousClose\n      volume\n      turnover\n      stale\n      receivedAt\n    }\n  }\n": types.SymbolQuoteDocument,
    "\n  subscription Ladder($symbol: Symbol!, $depth: Int!) {\n    orderBook(symbol: $symbol, depth: $depth, delivery: { maxPerSecond: 10 }) {\n      sequence\n      stale\n      spread\n      mid\n      bids {\n        price\n        size\n      }\n      asks {\n        price\n        size\n      }\n    }\n  }\n": types.LadderDocument,
    "\n  subscription Tape($symbols: [Symbol!]!) {\n    trades(symbols: $symbols) {\n      sequence\n      price\n      size\n      side\n      receivedAt\n    }\n  }\n": types.TapeDocument,
    "\n  subscription Flow($symbol: Symbol!) {\n    fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n      updatedAt\n      turnover\n      main {\n        netInflow\n        netInflowRate\n      }\n      superLarge {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      large {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      medium {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      small {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n    }\n  }\n": types.FlowDocument,
    "\n  query FlowHistory($symbol: Symbol!) {\n    day: fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n    }\n    minutes: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_1, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n    quarters: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_15, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n    }\n  }\n": types.FlowHistoryDocument,
    "\n  query WhoAmI {\n    viewer {\n      id\n      roles\n      expiresAt\n    }\n  }\n": types.WhoAmIDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Watch(\n    $symbols: [Symbol!]!\n    $price: Boolean!\n    $change: Boolean!\n    $changePercent: Boolean!\n    $bidAsk: Boolean!\n    $range: Boolean!\n    $open: Boolean!\n    $volume: Boolean!\n    $turnover: Boolean!\n    $time: Boolean!\n  ) {\n    streamData(symbols: $symbols) {\n      symbol\n      stale\n      price @include(if: $price)\n      change @include(if: $change)\n      changePercent @include(if: $changePercent)\n      bid @include(if: $bidAsk)\n      ask @include(if: $bidAsk)\n      high @include(if: $range)\n      low @include(if: $range)\n      open @include(if: $open)\n      previousClose @include(if: $open)\n      volume @include(if: $volume)\n      turnover @include(if: $turnover)\n      receivedAt @include(if: $time)\n      sequence @include(if: $time)\n    }\n  }\n"): (typeof documents)["\n  subscription Watch(\n    $symbols: [Symbol!]!\n    $price: Boolean!\n    $change: Boolean!\n    $changePercent: Boolean!\n    $bidAsk: Boolean!\n    $range: Boolean!\n    $open: Boolean!\n    $volume: Boolean!\n    $turnover: Boolean!\n    $time: Boolean!\n  ) {\n    streamData(symbols: $symbols) {\n      symbol\n      stale\n      price @include(if: $price)\n      change @include(if: $change)\n      changePercent @include(if: $changePercent)\n      bid @include(if: $bidAsk)\n      ask @include(if: $bidAsk)\n      high @include(if: $range)\n      low @include(if: $range)\n      open @include(if: $open)\n      previousClose @include(if: $open)\n      volume @include(if: $volume)\n      turnover @include(if: $turnover)\n      receivedAt @include(if: $time)\n      sequence @include(if: $time)\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Instruments($search: String, $first: Int!) {\n    instruments(search: $search, first: $first) {\n      edges {\n        node {\n          symbol\n          name\n          market\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n"): (typeof documents)["\n  query Instruments($search: String, $first: Int!) {\n    instruments(search: $search, first: $first) {\n      edges {\n        node {\n          symbol\n          name\n          market\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription SymbolQuote($symbols: [Symbol!]!) {\n    streamData(symbols: $symbols) {\n      symbol\n      price\n      change\n      changePercent\n      open\n      high\n      low\n      previousClose\n      volume\n      turnover\n      stale\n      receivedAt\n    }\n  }\n"): (typeof documents)["\n  subscription SymbolQuote($symbols: [Symbol!]!) {\n    streamData(symbols: $symbols) {\n      symbol\n      price\n      change\n      changePercent\n      open\n      high\n      low\n      previousClose\n      volume\n      turnover\n      stale\n      receivedAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Ladder($symbol: Symbol!, $depth: Int!) {\n    orderBook(symbol: $symbol, depth: $depth, delivery: { maxPerSecond: 10 }) {\n      sequence\n      stale\n      spread\n      mid\n      bids {\n        price\n        size\n      }\n      asks {\n        price\n        size\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription Ladder($symbol: Symbol!, $depth: Int!) {\n    orderBook(symbol: $symbol, depth: $depth, delivery: { maxPerSecond: 10 }) {\n      sequence\n      stale\n      spread\n      mid\n      bids {\n        price\n        size\n      }\n      asks {\n        price\n        size\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Tape($symbols: [Symbol!]!) {\n    trades(symbols: $symbols) {\n      sequence\n      price\n      size\n      side\n      receivedAt\n    }\n  }\n"): (typeof documents)["\n  subscription Tape($symbols: [Symbol!]!) {\n    trades(symbols: $symbols) {\n      sequence\n      price\n      size\n      side\n      receivedAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Flow($symbol: Symbol!) {\n    fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n      updatedAt\n      turnover\n      main {\n        netInflow\n        netInflowRate\n      }\n      superLarge {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      large {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      medium {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      small {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription Flow($symbol: Symbol!) {\n    fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n      updatedAt\n      turnover\n      main {\n        netInflow\n        netInflowRate\n      }\n      superLarge {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      large {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      medium {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      small {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FlowHistory($symbol: Symbol!) {\n    day: fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n    }\n    minutes: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_1, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n    quarters: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_15, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query FlowHistory($symbol: Symbol!) {\n    day: fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n    }\n    minutes: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_1, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n    quarters: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_15, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WhoAmI {\n    viewer {\n      id\n      roles\n      expiresAt\n    }\n  }\n"): (typeof documents)["\n  query WhoAmI {\n    viewer {\n      id\n      roles\n      expiresAt\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;