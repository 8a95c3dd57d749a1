import { graphql } from '../gql/gql.ts';

export const Inbox = graphql(/* GraphQL */ `
  subscription Inbox {
    inbox {
      id
      sequence
      cursor
      type
      content
      createdAt
      roomId
      sender {
        id
      }
    }
  }
`);

export const Acknowledge = graphql(/* GraphQL */ `
  mutation Acknowledge($upTo: Cursor!) {
    acknowledgeInbox(upTo: $upTo)
  }
`);
