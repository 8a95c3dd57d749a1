import { graphql } from '../gql/gql.ts';

/** What a web app would write; the types of results and variables come from schema.graphql. */
export const Watch = graphql(/* GraphQL */ `
  subscription Watch($symbols: [Symbol!]!) {
    streamData(symbols: $symbols) {
      symbol
      price
      volume
      sequence
    }
  }
`);

export const TopOfBook = graphql(/* GraphQL */ `
  query TopOfBook($symbol: Symbol!) {
    orderBook(symbol: $symbol, depth: 5) {
      bids {
        price
        size
      }
      spread
    }
  }
`);
