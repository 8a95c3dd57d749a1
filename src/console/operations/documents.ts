import { graphql } from '../gql/gql.ts';

export const Figures = graphql(/* GraphQL */ `
  subscription Figures {
    stats(everySeconds: 1) {
      instance
      startedAt
      connections {
        total
        users
        rooms
      }
      rooms {
        total
        active
        members
      }
      broadcasts {
        sent
        delivered
        queued
      }
      inbox {
        items
      }
      streaming {
        activeStreams
        subscribers
        groups
        executions
        messagesSent
        messagesDropped
        messagesConflated
        slowReadersClosed
      }
      reconnection {
        resumed
        replayed
        expired
      }
      instances {
        instance
        startedAt
        isMarketLeader
        memoryBytes
        connections {
          total
        }
        streaming {
          subscribers
          messagesSent
        }
      }
      feeds {
        name
        state
        lastEventAt
        eventsPerSecond
        events
        lastError
      }
    }
  }
`);

export const Broadcast = graphql(/* GraphQL */ `
  mutation Broadcast($to: BroadcastTarget!, $input: BroadcastInput!) {
    broadcast(to: $to, input: $input) {
      recipients
      deliveredNow
      queued
    }
  }
`);
