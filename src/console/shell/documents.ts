import { graphql } from '../gql/gql.ts';

export const WhoAmI = graphql(/* GraphQL */ `
  query WhoAmI {
    viewer {
      id
      roles
      expiresAt
    }
  }
`);
