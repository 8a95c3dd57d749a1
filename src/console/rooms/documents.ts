import { graphql } from '../gql/gql.ts';

export const Rooms = graphql(/* GraphQL */ `
  query Rooms($joined: Boolean, $search: String, $first: Int!, $after: String) {
    rooms(joined: $joined, search: $search, first: $first, after: $after) {
      edges {
        node {
          ...RoomSummary
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment RoomSummary on Room {
    id
    name
    description
    type
    status
    memberCount
    maxMembers
    viewerRole
    lastSequence
    readSequence
    unreadCount
  }
`);

/** A room as it is opened, and the end of what was said there. */
export const OpenRoom = graphql(/* GraphQL */ `
  query OpenRoom($id: ID!, $last: Int!) {
    room(id: $id) {
      ...RoomSummary
      messages(last: $last) {
        edges {
          node {
            ...Message
          }
        }
        pageInfo {
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  }

  fragment Message on RoomMessage {
    id
    sequence
    cursor
    type
    content
    metadata
    createdAt
    editedAt
    deletedAt
    sender {
      id
    }
  }
`);

export const EarlierMessages = graphql(/* GraphQL */ `
  query EarlierMessages($id: ID!, $before: Cursor!, $last: Int!) {
    room(id: $id) {
      messages(before: $before, last: $last) {
        edges {
          node {
            ...Message
          }
        }
        pageInfo {
          hasPreviousPage
          startCursor
        }
      }
    }
  }
`);

/** Everything after a cursor and then what comes: nothing is missed between the question and the subscription. */
export const RoomMessages = graphql(/* GraphQL */ `
  subscription RoomMessages($roomId: ID!, $after: Cursor) {
    roomMessages(roomId: $roomId, after: $after) {
      kind
      cursor
      message {
        ...Message
      }
    }
  }
`);

/** The same of rooms that are not open, for their number of unread messages. */
export const RoomNews = graphql(/* GraphQL */ `
  subscription RoomNews($roomId: ID!) {
    roomMessages(roomId: $roomId) {
      kind
      message {
        sequence
        sender {
          id
        }
      }
    }
  }
`);

export const RoomPresence = graphql(/* GraphQL */ `
  subscription RoomPresence($roomId: ID!) {
    roomPresence(roomId: $roomId) {
      kind
      users
      user {
        id
      }
      members {
        user {
          id
        }
      }
    }
  }
`);

export const Members = graphql(/* GraphQL */ `
  query Members($id: ID!, $after: String) {
    room(id: $id) {
      members(first: 100, after: $after) {
        edges {
          node {
            role
            online
            user {
              id
            }
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const SendMessage = graphql(/* GraphQL */ `
  mutation SendMessage($roomId: ID!, $input: RoomMessageInput!) {
    sendRoomMessage(roomId: $roomId, input: $input) {
      ...Message
    }
  }
`);

export const EditMessage = graphql(/* GraphQL */ `
  mutation EditMessage($id: ID!, $content: String!) {
    editRoomMessage(id: $id, content: $content) {
      ...Message
    }
  }
`);

export const DeleteMessage = graphql(/* GraphQL */ `
  mutation DeleteMessage($id: ID!) {
    deleteRoomMessage(id: $id)
  }
`);

export const CreateRoom = graphql(/* GraphQL */ `
  mutation CreateRoom($input: CreateRoomInput!) {
    createRoom(input: $input) {
      id
    }
  }
`);

export const UpdateRoom = graphql(/* GraphQL */ `
  mutation UpdateRoom($id: ID!, $input: UpdateRoomInput!) {
    updateRoom(id: $id, input: $input) {
      id
    }
  }
`);

export const DeleteRoom = graphql(/* GraphQL */ `
  mutation DeleteRoom($id: ID!) {
    deleteRoom(id: $id)
  }
`);

export const JoinRoom = graphql(/* GraphQL */ `
  mutation JoinRoom($roomId: ID!, $password: String) {
    joinRoom(roomId: $roomId, password: $password) {
      role
    }
  }
`);

export const LeaveRoom = graphql(/* GraphQL */ `
  mutation LeaveRoom($roomId: ID!) {
    leaveRoom(roomId: $roomId)
  }
`);

export const Invite = graphql(/* GraphQL */ `
  mutation Invite($roomId: ID!, $userId: ID!) {
    inviteToRoom(roomId: $roomId, userId: $userId) {
      role
    }
  }
`);

export const Kick = graphql(/* GraphQL */ `
  mutation Kick($roomId: ID!, $userId: ID!) {
    kickFromRoom(roomId: $roomId, userId: $userId)
  }
`);

export const SetRole = graphql(/* GraphQL */ `
  mutation SetRole($roomId: ID!, $userId: ID!, $role: RoomRole!) {
    setRoomRole(roomId: $roomId, userId: $userId, role: $role) {
      role
    }
  }
`);

/** Up to where one has read rooms, on any device. */
export const RoomReads = graphql(/* GraphQL */ `
  subscription RoomReads {
    roomRead {
      roomId
      readSequence
      unreadCount
    }
  }
`);

export const MarkRoomRead = graphql(/* GraphQL */ `
  mutation MarkRoomRead($roomId: ID!, $sequence: SafeInt!) {
    markRoomRead(roomId: $roomId, sequence: $sequence) {
      roomId
      readSequence
      unreadCount
    }
  }
`);

export const Invitations = graphql(/* GraphQL */ `
  query Invitations {
    roomInvitations {
      roomId
      roomName
      role
      inviter {
        id
      }
    }
  }
`);

export const AcceptInvitation = graphql(/* GraphQL */ `
  mutation AcceptInvitation($roomId: ID!) {
    acceptRoomInvitation(roomId: $roomId) {
      role
    }
  }
`);

export const DeclineInvitation = graphql(/* GraphQL */ `
  mutation DeclineInvitation($roomId: ID!, $block: Boolean!) {
    declineRoomInvitation(roomId: $roomId, block: $block)
  }
`);
