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
    "\n  subscription Inbox {\n    inbox {\n      id\n      sequence\n      cursor\n      type\n      content\n      createdAt\n      roomId\n      sender {\n        id\n      }\n    }\n  }\n": typeof types.InboxDocument,
    "\n  mutation Acknowledge($upTo: Cursor!) {\n    acknowledgeInbox(upTo: $upTo)\n  }\n": typeof types.AcknowledgeDocument,
    "\n  subscription Watch(\n    $symbols: [Symbol!]!\n    $price: Boolean!\n    $change: Boolean!\n    $changePercent: Boolean!\n    $bidAsk: Boolean!\n    $range: Boolean!\n    $open: Boolean!\n    $volume: Boolean!\n    $turnover: Boolean!\n    $time: Boolean!\n  ) {\n    streamData(symbols: $symbols) {\n      symbol\n      stale\n      price @include(if: $price)\n      change @include(if: $change)\n      changePercent @include(if: $changePercent)\n      bid @include(if: $bidAsk)\n      ask @include(if: $bidAsk)\n      high @include(if: $range)\n      low @include(if: $range)\n      open @include(if: $open)\n      previousClose @include(if: $open)\n      volume @include(if: $volume)\n      turnover @include(if: $turnover)\n      receivedAt @include(if: $time)\n      sequence @include(if: $time)\n    }\n  }\n": typeof types.WatchDocument,
    "\n  query SymbolCheck($symbol: Symbol!) {\n    quote(symbol: $symbol) {\n      symbol\n    }\n  }\n": typeof types.SymbolCheckDocument,
    "\n  query Instruments($search: String, $first: Int!) {\n    instruments(search: $search, first: $first) {\n      edges {\n        node {\n          symbol\n          name\n          market\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n": typeof types.InstrumentsDocument,
    "\n  subscription SymbolQuote($symbols: [Symbol!]!) {\n    streamData(symbols: $symbols) {\n      symbol\n      price\n      change\n      changePercent\n      open\n      high\n      low\n      previousClose\n      volume\n      turnover\n      stale\n      receivedAt\n    }\n  }\n": typeof types.SymbolQuoteDocument,
    "\n  subscription Ladder($symbol: Symbol!, $depth: Int!) {\n    orderBook(symbol: $symbol, depth: $depth, delivery: { maxPerSecond: 10 }) {\n      sequence\n      stale\n      spread\n      mid\n      bids {\n        price\n        size\n      }\n      asks {\n        price\n        size\n      }\n    }\n  }\n": typeof types.LadderDocument,
    "\n  subscription Tape($symbols: [Symbol!]!) {\n    trades(symbols: $symbols) {\n      kind\n      id\n      correctedId\n      sequence\n      price\n      size\n      side\n      exchangeTime\n      receivedAt\n    }\n  }\n": typeof types.TapeDocument,
    "\n  query Candles($symbol: Symbol!, $timeframe: Timeframe!, $first: Int!, $after: String) {\n    candles(symbol: $symbol, timeframe: $timeframe, first: $first, after: $after) {\n      edges {\n        node {\n          periodStart\n          periodEnd\n          open\n          high\n          low\n          close\n          volume\n          firstTradeAt\n          lastTradeAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      lastTrade {\n        sequence\n      }\n    }\n  }\n": typeof types.CandlesDocument,
    "\n  subscription Flow($symbol: Symbol!) {\n    fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n      updatedAt\n      turnover\n      main {\n        netInflow\n        netInflowRate\n      }\n      superLarge {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      large {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      medium {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      small {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n    }\n  }\n": typeof types.FlowDocument,
    "\n  query FlowHistory($symbol: Symbol!) {\n    day: fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n    }\n    minutes: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_1, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n    quarters: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_15, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n    }\n  }\n": typeof types.FlowHistoryDocument,
    "\n  subscription Figures {\n    stats(everySeconds: 1) {\n      instance\n      startedAt\n      connections {\n        total\n        users\n        rooms\n      }\n      rooms {\n        total\n        active\n        members\n      }\n      broadcasts {\n        sent\n        delivered\n        queued\n      }\n      inbox {\n        items\n      }\n      streaming {\n        activeStreams\n        subscribers\n        groups\n        executions\n        messagesSent\n        messagesDropped\n        messagesConflated\n        slowReadersClosed\n      }\n      reconnection {\n        resumed\n        replayed\n        expired\n      }\n      instances {\n        instance\n        startedAt\n        isMarketLeader\n        memoryBytes\n        connections {\n          total\n        }\n        streaming {\n          subscribers\n          messagesSent\n        }\n      }\n      feeds {\n        name\n        state\n        lastEventAt\n        eventsPerSecond\n        events\n        lastError\n      }\n    }\n  }\n": typeof types.FiguresDocument,
    "\n  mutation Broadcast($to: BroadcastTarget!, $input: BroadcastInput!) {\n    broadcast(to: $to, input: $input) {\n      recipients\n      deliveredNow\n      queued\n    }\n  }\n": typeof types.BroadcastDocument,
    "\n  query Rooms($joined: Boolean, $search: String, $first: Int!, $after: String) {\n    rooms(joined: $joined, search: $search, first: $first, after: $after) {\n      edges {\n        node {\n          ...RoomSummary\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n\n  fragment RoomSummary on Room {\n    id\n    name\n    description\n    type\n    status\n    memberCount\n    maxMembers\n    viewerRole\n    lastSequence\n    readSequence\n    unreadCount\n  }\n": typeof types.RoomsDocument,
    "\n  query OpenRoom($id: ID!, $last: Int!) {\n    room(id: $id) {\n      ...RoomSummary\n      messages(last: $last) {\n        edges {\n          node {\n            ...Message\n          }\n        }\n        pageInfo {\n          hasPreviousPage\n          startCursor\n          endCursor\n        }\n      }\n    }\n  }\n\n  fragment Message on RoomMessage {\n    id\n    sequence\n    cursor\n    type\n    content\n    metadata\n    createdAt\n    editedAt\n    deletedAt\n    sender {\n      id\n    }\n  }\n": typeof types.OpenRoomDocument,
    "\n  query EarlierMessages($id: ID!, $before: Cursor!, $last: Int!) {\n    room(id: $id) {\n      messages(before: $before, last: $last) {\n        edges {\n          node {\n            ...Message\n          }\n        }\n        pageInfo {\n          hasPreviousPage\n          startCursor\n        }\n      }\n    }\n  }\n": typeof types.EarlierMessagesDocument,
    "\n  subscription RoomMessages($roomId: ID!, $after: Cursor) {\n    roomMessages(roomId: $roomId, after: $after) {\n      kind\n      cursor\n      message {\n        ...Message\n      }\n    }\n  }\n": typeof types.RoomMessagesDocument,
    "\n  subscription RoomNews($roomId: ID!) {\n    roomMessages(roomId: $roomId) {\n      kind\n      message {\n        sequence\n        sender {\n          id\n        }\n      }\n    }\n  }\n": typeof types.RoomNewsDocument,
    "\n  subscription RoomPresence($roomId: ID!) {\n    roomPresence(roomId: $roomId) {\n      kind\n      users\n      user {\n        id\n      }\n      members {\n        user {\n          id\n        }\n      }\n    }\n  }\n": typeof types.RoomPresenceDocument,
    "\n  query Members($id: ID!, $after: String) {\n    room(id: $id) {\n      members(first: 100, after: $after) {\n        edges {\n          node {\n            role\n            online\n            user {\n              id\n            }\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n": typeof types.MembersDocument,
    "\n  mutation SendMessage($roomId: ID!, $input: RoomMessageInput!) {\n    sendRoomMessage(roomId: $roomId, input: $input) {\n      ...Message\n    }\n  }\n": typeof types.SendMessageDocument,
    "\n  mutation EditMessage($id: ID!, $content: String!) {\n    editRoomMessage(id: $id, content: $content) {\n      ...Message\n    }\n  }\n": typeof types.EditMessageDocument,
    "\n  mutation DeleteMessage($id: ID!) {\n    deleteRoomMessage(id: $id)\n  }\n": typeof types.DeleteMessageDocument,
    "\n  mutation CreateRoom($input: CreateRoomInput!) {\n    createRoom(input: $input) {\n      id\n    }\n  }\n": typeof types.CreateRoomDocument,
    "\n  mutation UpdateRoom($id: ID!, $input: UpdateRoomInput!) {\n    updateRoom(id: $id, input: $input) {\n      id\n    }\n  }\n": typeof types.UpdateRoomDocument,
    "\n  mutation DeleteRoom($id: ID!) {\n    deleteRoom(id: $id)\n  }\n": typeof types.DeleteRoomDocument,
    "\n  mutation JoinRoom($roomId: ID!, $password: String) {\n    joinRoom(roomId: $roomId, password: $password) {\n      role\n    }\n  }\n": typeof types.JoinRoomDocument,
    "\n  mutation LeaveRoom($roomId: ID!) {\n    leaveRoom(roomId: $roomId)\n  }\n": typeof types.LeaveRoomDocument,
    "\n  mutation Invite($roomId: ID!, $userId: ID!) {\n    inviteToRoom(roomId: $roomId, userId: $userId) {\n      role\n    }\n  }\n": typeof types.InviteDocument,
    "\n  mutation Kick($roomId: ID!, $userId: ID!) {\n    kickFromRoom(roomId: $roomId, userId: $userId)\n  }\n": typeof types.KickDocument,
    "\n  mutation SetRole($roomId: ID!, $userId: ID!, $role: RoomRole!) {\n    setRoomRole(roomId: $roomId, userId: $userId, role: $role) {\n      role\n    }\n  }\n": typeof types.SetRoleDocument,
    "\n  subscription RoomReads {\n    roomRead {\n      roomId\n      readSequence\n      unreadCount\n    }\n  }\n": typeof types.RoomReadsDocument,
    "\n  mutation MarkRoomRead($roomId: ID!, $sequence: SafeInt!) {\n    markRoomRead(roomId: $roomId, sequence: $sequence) {\n      roomId\n      readSequence\n      unreadCount\n    }\n  }\n": typeof types.MarkRoomReadDocument,
    "\n  query Invitations {\n    roomInvitations {\n      roomId\n      roomName\n      role\n      inviter {\n        id\n      }\n    }\n  }\n": typeof types.InvitationsDocument,
    "\n  mutation AcceptInvitation($roomId: ID!) {\n    acceptRoomInvitation(roomId: $roomId) {\n      role\n    }\n  }\n": typeof types.AcceptInvitationDocument,
    "\n  mutation DeclineInvitation($roomId: ID!, $block: Boolean!) {\n    declineRoomInvitation(roomId: $roomId, block: $block)\n  }\n": typeof types.DeclineInvitationDocument,
    "\n  query WhoAmI {\n    viewer {\n      id\n      roles\n      expiresAt\n    }\n  }\n": typeof types.WhoAmIDocument,
};
const documents: Documents = {
    "\n  subscription Inbox {\n    inbox {\n      id\n      sequence\n      cursor\n      type\n      content\n      createdAt\n      roomId\n      sender {\n        id\n      }\n    }\n  }\n": types.InboxDocument,
    "\n  mutation Acknowledge($upTo: Cursor!) {\n    acknowledgeInbox(upTo: $upTo)\n  }\n": types.AcknowledgeDocument,
    "\n  subscription Watch(\n    $symbols: [Symbol!]!\n    $price: Boolean!\n    $change: Boolean!\n    $changePercent: Boolean!\n    $bidAsk: Boolean!\n    $range: Boolean!\n    $open: Boolean!\n    $volume: Boolean!\n    $turnover: Boolean!\n    $time: Boolean!\n  ) {\n    streamData(symbols: $symbols) {\n      symbol\n      stale\n      price @include(if: $price)\n      change @include(if: $change)\n      changePercent @include(if: $changePercent)\n      bid @include(if: $bidAsk)\n      ask @include(if: $bidAsk)\n      high @include(if: $range)\n      low @include(if: $range)\n      open @include(if: $open)\n      previousClose @include(if: $open)\n      volume @include(if: $volume)\n      turnover @include(if: $turnover)\n      receivedAt @include(if: $time)\n      sequence @include(if: $time)\n    }\n  }\n": types.WatchDocument,
    "\n  query SymbolCheck($symbol: Symbol!) {\n    quote(symbol: $symbol) {\n      symbol\n    }\n  }\n": types.SymbolCheckDocument,
    "\n  query Instruments($search: String, $first: Int!) {\n    instruments(search: $search, first: $first) {\n      edges {\n        node {\n          symbol\n          name\n          market\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n  }\n": types.InstrumentsDocument,
    "\n  subscription SymbolQuote($symbols: [Symbol!]!) {\n    streamData(symbols: $symbols) {\n      symbol\n      price\n      change\n      changePercent\n      open\n      high\n      low\n      previousClose\n      volume\n      turnover\n      stale\n      receivedAt\n    }\n  }\n": types.SymbolQuoteDocument,
    "\n  subscription Ladder($symbol: Symbol!, $depth: Int!) {\n    orderBook(symbol: $symbol, depth: $depth, delivery: { maxPerSecond: 10 }) {\n      sequence\n      stale\n      spread\n      mid\n      bids {\n        price\n        size\n      }\n      asks {\n        price\n        size\n      }\n    }\n  }\n": types.LadderDocument,
    "\n  subscription Tape($symbols: [Symbol!]!) {\n    trades(symbols: $symbols) {\n      kind\n      id\n      correctedId\n      sequence\n      price\n      size\n      side\n      exchangeTime\n      receivedAt\n    }\n  }\n": types.TapeDocument,
    "\n  query Candles($symbol: Symbol!, $timeframe: Timeframe!, $first: Int!, $after: String) {\n    candles(symbol: $symbol, timeframe: $timeframe, first: $first, after: $after) {\n      edges {\n        node {\n          periodStart\n          periodEnd\n          open\n          high\n          low\n          close\n          volume\n          firstTradeAt\n          lastTradeAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      lastTrade {\n        sequence\n      }\n    }\n  }\n": types.CandlesDocument,
    "\n  subscription Flow($symbol: Symbol!) {\n    fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n      updatedAt\n      turnover\n      main {\n        netInflow\n        netInflowRate\n      }\n      superLarge {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      large {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      medium {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n      small {\n        inflow\n        outflow\n        netInflow\n        netInflowRate\n      }\n    }\n  }\n": types.FlowDocument,
    "\n  query FlowHistory($symbol: Symbol!) {\n    day: fundFlow(symbol: $symbol, timeframe: DAY_1) {\n      periodStart\n    }\n    minutes: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_1, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n      }\n    }\n    quarters: fundFlowHistory(symbol: $symbol, timeframe: MINUTE_15, first: 100) {\n      edges {\n        node {\n          periodStart\n          main {\n            netInflow\n          }\n        }\n      }\n    }\n  }\n": types.FlowHistoryDocument,
    "\n  subscription Figures {\n    stats(everySeconds: 1) {\n      instance\n      startedAt\n      connections {\n        total\n        users\n        rooms\n      }\n      rooms {\n        total\n        active\n        members\n      }\n      broadcasts {\n        sent\n        delivered\n        queued\n      }\n      inbox {\n        items\n      }\n      streaming {\n        activeStreams\n        subscribers\n        groups\n        executions\n        messagesSent\n        messagesDropped\n        messagesConflated\n        slowReadersClosed\n      }\n      reconnection {\n        resumed\n        replayed\n        expired\n      }\n      instances {\n        instance\n        startedAt\n        isMarketLeader\n        memoryBytes\n        connections {\n          total\n        }\n        streaming {\n          subscribers\n          messagesSent\n        }\n      }\n      feeds {\n        name\n        state\n        lastEventAt\n        eventsPerSecond\n        events\n        lastError\n      }\n    }\n  }\n": types.FiguresDocument,
    "\n  mutation Broadcast($to: BroadcastTarget!, $input: BroadcastInput!) {\n    broadcast(to: $to, input: $input) {\n      recipients\n      deliveredNow\n      queued\n    }\n  }\n": types.BroadcastDocument,
    "\n  query Rooms($joined: Boolean, $search: String, $first: Int!, $after: String) {\n    rooms(joined: $joined, search: $search, first: $first, after: $after) {\n      edges {\n        node {\n          ...RoomSummary\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n\n  fragment RoomSummary on Room {\n    id\n    name\n    description\n    type\n    status\n    memberCount\n    maxMembers\n    viewerRole\n    lastSequence\n    readSequence\n    unreadCount\n  }\n": types.RoomsDocument,
    "\n  query OpenRoom($id: ID!, $last: Int!) {\n    room(id: $id) {\n      ...RoomSummary\n      messages(last: $last) {\n        edges {\n          node {\n            ...Message\n          }\n        }\n        pageInfo {\n          hasPreviousPage\n          startCursor\n          endCursor\n        }\n      }\n    }\n  }\n\n  fragment Message on RoomMessage {\n    id\n    sequence\n    cursor\n    type\n    content\n    metadata\n    createdAt\n    editedAt\n    deletedAt\n    sender {\n      id\n    }\n  }\n": types.OpenRoomDocument,
    "\n  query EarlierMessages($id: ID!, $before: Cursor!, $last: Int!) {\n    room(id: $id) {\n      messages(before: $before, last: $last) {\n        edges {\n          node {\n            ...Message\n          }\n        }\n        pageInfo {\n          hasPreviousPage\n          startCursor\n        }\n      }\n    }\n  }\n": types.EarlierMessagesDocument,
    "\n  subscription RoomMessages($roomId: ID!, $after: Cursor) {\n    roomMessages(roomId: $roomId, after: $after) {\n      kind\n      cursor\n      message {\n        ...Message\n      }\n    }\n  }\n": types.RoomMessagesDocument,
    "\n  subscription RoomNews($roomId: ID!) {\n    roomMessages(roomId: $roomId) {\n      kind\n      message {\n        sequence\n        sender {\n          id\n        }\n      }\n    }\n  }\n": types.RoomNewsDocument,
    "\n  subscription RoomPresence($roomId: ID!) {\n    roomPresence(roomId: $roomId) {\n      kind\n      users\n      user {\n        id\n      }\n      members {\n        user {\n          id\n        }\n      }\n    }\n  }\n": types.RoomPresenceDocument,
    "\n  query Members($id: ID!, $after: String) {\n    room(id: $id) {\n      members(first: 100, after: $after) {\n        edges {\n          node {\n            role\n            online\n            user {\n              id\n            }\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n": types.MembersDocument,
    "\n  mutation SendMessage($roomId: ID!, $input: RoomMessageInput!) {\n    sendRoomMessage(roomId: $roomId, input: $input) {\n      ...Message\n    }\n  }\n": types.SendMessageDocument,
    "\n  mutation EditMessage($id: ID!, $content: String!) {\n    editRoomMessage(id: $id, content: $content) {\n      ...Message\n    }\n  }\n": types.EditMessageDocument,
    "\n  mutation DeleteMessage($id: ID!) {\n    deleteRoomMessage(id: $id)\n  }\n": types.DeleteMessageDocument,
    "\n  mutation CreateRoom($input: CreateRoomInput!) {\n    createRoom(input: $input) {\n      id\n    }\n  }\n": types.CreateRoomDocument,
    "\n  mutation UpdateRoom($id: ID!, $input: UpdateRoomInput!) {\n    updateRoom(id: $id, input: $input) {\n      id\n    }\n  }\n": types.UpdateRoomDocument,
    "\n  mutation DeleteRoom($id: ID!) {\n    deleteRoom(id: $id)\n  }\n": types.DeleteRoomDocument,
    "\n  mutation JoinRoom($roomId: ID!, $password: String) {\n    joinRoom(roomId: $roomId, password: $password) {\n      role\n    }\n  }\n": types.JoinRoomDocument,
    "\n  mutation LeaveRoom($roomId: ID!) {\n    leaveRoom(roomId: $roomId)\n  }\n": types.LeaveRoomDocument,
    "\n  mutation Invite($roomId: ID!, $userId: ID!) {\n    inviteToRoom(roomId: $roomId, userId: $userId) {\n      role\n    }\n  }\n": types.InviteDocument,
    "\n  mutation Kick($roomId: ID!, $userId: ID!) {\n    kickFromRoom(roomId: $roomId, userId: $userId)\n  }\n": types.KickDocument,
    "\n  mutation SetRole($roomId: ID!, $userId: ID!, $role: RoomRole!) {\n    setRoomRole(roomId: $roomId, userId: $userId, role: $role) {\n      role\n    }\n  }\n": types.SetRoleDocument,
    "\n  subscription RoomReads {\n    roomRead {\n      roomId\n      readSequence\n      unreadCount\n    }\n  }\n": types.RoomReadsDocument,
    "\n  mutation MarkRoomRead($roomId: ID!, $sequence: SafeInt!) {\n    markRoomRead(roomId: $roomId, sequence: $sequence) {\n      roomId\n      readSequence\n      unreadCount\n    }\n  }\n": types.MarkRoomReadDocument,
    "\n  query Invitations {\n    roomInvitations {\n      roomId\n      roomName\n      role\n      inviter {\n        id\n      }\n    }\n  }\n": types.InvitationsDocument,
    "\n  mutation AcceptInvitation($roomId: ID!) {\n    acceptRoomInvitation(roomId: $roomId) {\n      role\n    }\n  }\n": types.AcceptInvitationDocument,
    "\n  mutation DeclineInvitation($roomId: ID!, $block: Boolean!) {\n    declineRoomInvitation(roomId: $roomId, block: $block)\n  }\n": types.DeclineInvitationDocument,
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
export function graphql(source: "\n  subscription Inbox {\n    inbox {\n      id\n      sequence\n      cursor\n      type\n      content\n      createdAt\n      roomId\n      sender {\n        id\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription Inbox {\n    inbox {\n      id\n      sequence\n      cursor\n      type\n      content\n      createdAt\n      roomId\n      sender {\n        id\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Acknowledge($upTo: Cursor!) {\n    acknowledgeInbox(upTo: $upTo)\n  }\n"): (typeof documents)["\n  mutation Acknowledge($upTo: Cursor!) {\n    acknowledgeInbox(upTo: $upTo)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Watch(\n    $symbols: [Symbol!]!\n    $price: Boolean!\n    $change: Boolean!\n    $changePercent: Boolean!\n    $bidAsk: Boolean!\n    $range: Boolean!\n    $open: Boolean!\n    $volume: Boolean!\n    $turnover: Boolean!\n    $time: Boolean!\n  ) {\n    streamData(symbols: $symbols) {\n      symbol\n      stale\n      price @include(if: $price)\n      change @include(if: $change)\n      changePercent @include(if: $changePercent)\n      bid @include(if: $bidAsk)\n      ask @include(if: $bidAsk)\n      high @include(if: $range)\n      low @include(if: $range)\n      open @include(if: $open)\n      previousClose @include(if: $open)\n      volume @include(if: $volume)\n      turnover @include(if: $turnover)\n      receivedAt @include(if: $time)\n      sequence @include(if: $time)\n    }\n  }\n"): (typeof documents)["\n  subscription Watch(\n    $symbols: [Symbol!]!\n    $price: Boolean!\n    $change: Boolean!\n    $changePercent: Boolean!\n    $bidAsk: Boolean!\n    $range: Boolean!\n    $open: Boolean!\n    $volume: Boolean!\n    $turnover: Boolean!\n    $time: Boolean!\n  ) {\n    streamData(symbols: $symbols) {\n      symbol\n      stale\n      price @include(if: $price)\n      change @include(if: $change)\n      changePercent @include(if: $changePercent)\n      bid @include(if: $bidAsk)\n      ask @include(if: $bidAsk)\n      high @include(if: $range)\n      low @include(if: $range)\n      open @include(if: $open)\n      previousClose @include(if: $open)\n      volume @include(if: $volume)\n      turnover @include(if: $turnover)\n      receivedAt @include(if: $time)\n      sequence @include(if: $time)\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query SymbolCheck($symbol: Symbol!) {\n    quote(symbol: $symbol) {\n      symbol\n    }\n  }\n"): (typeof documents)["\n  query SymbolCheck($symbol: Symbol!) {\n    quote(symbol: $symbol) {\n      symbol\n    }\n  }\n"];
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
export function graphql(source: "\n  subscription Tape($symbols: [Symbol!]!) {\n    trades(symbols: $symbols) {\n      kind\n      id\n      correctedId\n      sequence\n      price\n      size\n      side\n      exchangeTime\n      receivedAt\n    }\n  }\n"): (typeof documents)["\n  subscription Tape($symbols: [Symbol!]!) {\n    trades(symbols: $symbols) {\n      kind\n      id\n      correctedId\n      sequence\n      price\n      size\n      side\n      exchangeTime\n      receivedAt\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Candles($symbol: Symbol!, $timeframe: Timeframe!, $first: Int!, $after: String) {\n    candles(symbol: $symbol, timeframe: $timeframe, first: $first, after: $after) {\n      edges {\n        node {\n          periodStart\n          periodEnd\n          open\n          high\n          low\n          close\n          volume\n          firstTradeAt\n          lastTradeAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      lastTrade {\n        sequence\n      }\n    }\n  }\n"): (typeof documents)["\n  query Candles($symbol: Symbol!, $timeframe: Timeframe!, $first: Int!, $after: String) {\n    candles(symbol: $symbol, timeframe: $timeframe, first: $first, after: $after) {\n      edges {\n        node {\n          periodStart\n          periodEnd\n          open\n          high\n          low\n          close\n          volume\n          firstTradeAt\n          lastTradeAt\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n      lastTrade {\n        sequence\n      }\n    }\n  }\n"];
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
export function graphql(source: "\n  subscription Figures {\n    stats(everySeconds: 1) {\n      instance\n      startedAt\n      connections {\n        total\n        users\n        rooms\n      }\n      rooms {\n        total\n        active\n        members\n      }\n      broadcasts {\n        sent\n        delivered\n        queued\n      }\n      inbox {\n        items\n      }\n      streaming {\n        activeStreams\n        subscribers\n        groups\n        executions\n        messagesSent\n        messagesDropped\n        messagesConflated\n        slowReadersClosed\n      }\n      reconnection {\n        resumed\n        replayed\n        expired\n      }\n      instances {\n        instance\n        startedAt\n        isMarketLeader\n        memoryBytes\n        connections {\n          total\n        }\n        streaming {\n          subscribers\n          messagesSent\n        }\n      }\n      feeds {\n        name\n        state\n        lastEventAt\n        eventsPerSecond\n        events\n        lastError\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription Figures {\n    stats(everySeconds: 1) {\n      instance\n      startedAt\n      connections {\n        total\n        users\n        rooms\n      }\n      rooms {\n        total\n        active\n        members\n      }\n      broadcasts {\n        sent\n        delivered\n        queued\n      }\n      inbox {\n        items\n      }\n      streaming {\n        activeStreams\n        subscribers\n        groups\n        executions\n        messagesSent\n        messagesDropped\n        messagesConflated\n        slowReadersClosed\n      }\n      reconnection {\n        resumed\n        replayed\n        expired\n      }\n      instances {\n        instance\n        startedAt\n        isMarketLeader\n        memoryBytes\n        connections {\n          total\n        }\n        streaming {\n          subscribers\n          messagesSent\n        }\n      }\n      feeds {\n        name\n        state\n        lastEventAt\n        eventsPerSecond\n        events\n        lastError\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Broadcast($to: BroadcastTarget!, $input: BroadcastInput!) {\n    broadcast(to: $to, input: $input) {\n      recipients\n      deliveredNow\n      queued\n    }\n  }\n"): (typeof documents)["\n  mutation Broadcast($to: BroadcastTarget!, $input: BroadcastInput!) {\n    broadcast(to: $to, input: $input) {\n      recipients\n      deliveredNow\n      queued\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Rooms($joined: Boolean, $search: String, $first: Int!, $after: String) {\n    rooms(joined: $joined, search: $search, first: $first, after: $after) {\n      edges {\n        node {\n          ...RoomSummary\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n\n  fragment RoomSummary on Room {\n    id\n    name\n    description\n    type\n    status\n    memberCount\n    maxMembers\n    viewerRole\n    lastSequence\n    readSequence\n    unreadCount\n  }\n"): (typeof documents)["\n  query Rooms($joined: Boolean, $search: String, $first: Int!, $after: String) {\n    rooms(joined: $joined, search: $search, first: $first, after: $after) {\n      edges {\n        node {\n          ...RoomSummary\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n\n  fragment RoomSummary on Room {\n    id\n    name\n    description\n    type\n    status\n    memberCount\n    maxMembers\n    viewerRole\n    lastSequence\n    readSequence\n    unreadCount\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OpenRoom($id: ID!, $last: Int!) {\n    room(id: $id) {\n      ...RoomSummary\n      messages(last: $last) {\n        edges {\n          node {\n            ...Message\n          }\n        }\n        pageInfo {\n          hasPreviousPage\n          startCursor\n          endCursor\n        }\n      }\n    }\n  }\n\n  fragment Message on RoomMessage {\n    id\n    sequence\n    cursor\n    type\n    content\n    metadata\n    createdAt\n    editedAt\n    deletedAt\n    sender {\n      id\n    }\n  }\n"): (typeof documents)["\n  query OpenRoom($id: ID!, $last: Int!) {\n    room(id: $id) {\n      ...RoomSummary\n      messages(last: $last) {\n        edges {\n          node {\n            ...Message\n          }\n        }\n        pageInfo {\n          hasPreviousPage\n          startCursor\n          endCursor\n        }\n      }\n    }\n  }\n\n  fragment Message on RoomMessage {\n    id\n    sequence\n    cursor\n    type\n    content\n    metadata\n    createdAt\n    editedAt\n    deletedAt\n    sender {\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query EarlierMessages($id: ID!, $before: Cursor!, $last: Int!) {\n    room(id: $id) {\n      messages(before: $before, last: $last) {\n        edges {\n          node {\n            ...Message\n          }\n        }\n        pageInfo {\n          hasPreviousPage\n          startCursor\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query EarlierMessages($id: ID!, $before: Cursor!, $last: Int!) {\n    room(id: $id) {\n      messages(before: $before, last: $last) {\n        edges {\n          node {\n            ...Message\n          }\n        }\n        pageInfo {\n          hasPreviousPage\n          startCursor\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RoomMessages($roomId: ID!, $after: Cursor) {\n    roomMessages(roomId: $roomId, after: $after) {\n      kind\n      cursor\n      message {\n        ...Message\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription RoomMessages($roomId: ID!, $after: Cursor) {\n    roomMessages(roomId: $roomId, after: $after) {\n      kind\n      cursor\n      message {\n        ...Message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RoomNews($roomId: ID!) {\n    roomMessages(roomId: $roomId) {\n      kind\n      message {\n        sequence\n        sender {\n          id\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription RoomNews($roomId: ID!) {\n    roomMessages(roomId: $roomId) {\n      kind\n      message {\n        sequence\n        sender {\n          id\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RoomPresence($roomId: ID!) {\n    roomPresence(roomId: $roomId) {\n      kind\n      users\n      user {\n        id\n      }\n      members {\n        user {\n          id\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription RoomPresence($roomId: ID!) {\n    roomPresence(roomId: $roomId) {\n      kind\n      users\n      user {\n        id\n      }\n      members {\n        user {\n          id\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Members($id: ID!, $after: String) {\n    room(id: $id) {\n      members(first: 100, after: $after) {\n        edges {\n          node {\n            role\n            online\n            user {\n              id\n            }\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Members($id: ID!, $after: String) {\n    room(id: $id) {\n      members(first: 100, after: $after) {\n        edges {\n          node {\n            role\n            online\n            user {\n              id\n            }\n          }\n        }\n        pageInfo {\n          hasNextPage\n          endCursor\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SendMessage($roomId: ID!, $input: RoomMessageInput!) {\n    sendRoomMessage(roomId: $roomId, input: $input) {\n      ...Message\n    }\n  }\n"): (typeof documents)["\n  mutation SendMessage($roomId: ID!, $input: RoomMessageInput!) {\n    sendRoomMessage(roomId: $roomId, input: $input) {\n      ...Message\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EditMessage($id: ID!, $content: String!) {\n    editRoomMessage(id: $id, content: $content) {\n      ...Message\n    }\n  }\n"): (typeof documents)["\n  mutation EditMessage($id: ID!, $content: String!) {\n    editRoomMessage(id: $id, content: $content) {\n      ...Message\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteMessage($id: ID!) {\n    deleteRoomMessage(id: $id)\n  }\n"): (typeof documents)["\n  mutation DeleteMessage($id: ID!) {\n    deleteRoomMessage(id: $id)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateRoom($input: CreateRoomInput!) {\n    createRoom(input: $input) {\n      id\n    }\n  }\n"): (typeof documents)["\n  mutation CreateRoom($input: CreateRoomInput!) {\n    createRoom(input: $input) {\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateRoom($id: ID!, $input: UpdateRoomInput!) {\n    updateRoom(id: $id, input: $input) {\n      id\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateRoom($id: ID!, $input: UpdateRoomInput!) {\n    updateRoom(id: $id, input: $input) {\n      id\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteRoom($id: ID!) {\n    deleteRoom(id: $id)\n  }\n"): (typeof documents)["\n  mutation DeleteRoom($id: ID!) {\n    deleteRoom(id: $id)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation JoinRoom($roomId: ID!, $password: String) {\n    joinRoom(roomId: $roomId, password: $password) {\n      role\n    }\n  }\n"): (typeof documents)["\n  mutation JoinRoom($roomId: ID!, $password: String) {\n    joinRoom(roomId: $roomId, password: $password) {\n      role\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation LeaveRoom($roomId: ID!) {\n    leaveRoom(roomId: $roomId)\n  }\n"): (typeof documents)["\n  mutation LeaveRoom($roomId: ID!) {\n    leaveRoom(roomId: $roomId)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Invite($roomId: ID!, $userId: ID!) {\n    inviteToRoom(roomId: $roomId, userId: $userId) {\n      role\n    }\n  }\n"): (typeof documents)["\n  mutation Invite($roomId: ID!, $userId: ID!) {\n    inviteToRoom(roomId: $roomId, userId: $userId) {\n      role\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Kick($roomId: ID!, $userId: ID!) {\n    kickFromRoom(roomId: $roomId, userId: $userId)\n  }\n"): (typeof documents)["\n  mutation Kick($roomId: ID!, $userId: ID!) {\n    kickFromRoom(roomId: $roomId, userId: $userId)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetRole($roomId: ID!, $userId: ID!, $role: RoomRole!) {\n    setRoomRole(roomId: $roomId, userId: $userId, role: $role) {\n      role\n    }\n  }\n"): (typeof documents)["\n  mutation SetRole($roomId: ID!, $userId: ID!, $role: RoomRole!) {\n    setRoomRole(roomId: $roomId, userId: $userId, role: $role) {\n      role\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription RoomReads {\n    roomRead {\n      roomId\n      readSequence\n      unreadCount\n    }\n  }\n"): (typeof documents)["\n  subscription RoomReads {\n    roomRead {\n      roomId\n      readSequence\n      unreadCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation MarkRoomRead($roomId: ID!, $sequence: SafeInt!) {\n    markRoomRead(roomId: $roomId, sequence: $sequence) {\n      roomId\n      readSequence\n      unreadCount\n    }\n  }\n"): (typeof documents)["\n  mutation MarkRoomRead($roomId: ID!, $sequence: SafeInt!) {\n    markRoomRead(roomId: $roomId, sequence: $sequence) {\n      roomId\n      readSequence\n      unreadCount\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Invitations {\n    roomInvitations {\n      roomId\n      roomName\n      role\n      inviter {\n        id\n      }\n    }\n  }\n"): (typeof documents)["\n  query Invitations {\n    roomInvitations {\n      roomId\n      roomName\n      role\n      inviter {\n        id\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AcceptInvitation($roomId: ID!) {\n    acceptRoomInvitation(roomId: $roomId) {\n      role\n    }\n  }\n"): (typeof documents)["\n  mutation AcceptInvitation($roomId: ID!) {\n    acceptRoomInvitation(roomId: $roomId) {\n      role\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeclineInvitation($roomId: ID!, $block: Boolean!) {\n    declineRoomInvitation(roomId: $roomId, block: $block)\n  }\n"): (typeof documents)["\n  mutation DeclineInvitation($roomId: ID!, $block: Boolean!) {\n    declineRoomInvitation(roomId: $roomId, block: $block)\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WhoAmI {\n    viewer {\n      id\n      roles\n      expiresAt\n    }\n  }\n"): (typeof documents)["\n  query WhoAmI {\n    viewer {\n      id\n      roles\n      expiresAt\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;