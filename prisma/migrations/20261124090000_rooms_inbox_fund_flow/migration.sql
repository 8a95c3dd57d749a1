-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "roles" TEXT[],
    "seenAt" TIMESTAMPTZ(3),
    "inboxHead" BIGINT NOT NULL DEFAULT 0,
    "inboxAcknowledged" BIGINT NOT NULL DEFAULT 0,
    "inboxDropped" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Room" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "maxMembers" INTEGER,
    "passwordHash" TEXT,
    "memberCount" INTEGER NOT NULL DEFAULT 0,
    "lastSequence" BIGINT NOT NULL DEFAULT 0,
    "lastPosition" BIGINT NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Room_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "roomId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "joinedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("roomId","userId")
);

-- CreateTable
CREATE TABLE "RoomMessage" (
    "id" TEXT NOT NULL,
    "roomId" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "position" BIGINT NOT NULL,
    "changePosition" BIGINT,
    "senderId" TEXT NOT NULL,
    "clientId" TEXT,
    "type" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "metadata" JSON,
    "mentionsAll" BOOLEAN NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "editedAt" TIMESTAMPTZ(3),
    "deletedAt" TIMESTAMPTZ(3),

    CONSTRAINT "RoomMessage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "InboxItem" (
    "userId" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "senderId" TEXT NOT NULL,
    "roomId" TEXT,
    "type" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "metadata" JSON,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "InboxItem_pkey" PRIMARY KEY ("userId","sequence")
);

-- CreateTable
CREATE TABLE "FundFlowBar" (
    "symbol" TEXT NOT NULL,
    "length" TEXT NOT NULL,
    "start" TIMESTAMPTZ(3) NOT NULL,
    "lastTradeAt" TIMESTAMPTZ(3) NOT NULL,
    "turnover" TEXT NOT NULL,
    "superLargeInflow" TEXT NOT NULL,
    "superLargeOutflow" TEXT NOT NULL,
    "largeInflow" TEXT NOT NULL,
    "largeOutflow" TEXT NOT NULL,
    "mediumInflow" TEXT NOT NULL,
    "mediumOutflow" TEXT NOT NULL,
    "smallInflow" TEXT NOT NULL,
    "smallOutflow" TEXT NOT NULL,

    CONSTRAINT "FundFlowBar_pkey" PRIMARY KEY ("symbol","length","start")
);

-- CreateIndex
CREATE INDEX "Room_name_id_idx" ON "Room"("name", "id");

-- CreateIndex
CREATE INDEX "Membership_userId_idx" ON "Membership"("userId");

-- CreateIndex
CREATE INDEX "RoomMessage_roomId_changePosition_idx" ON "RoomMessage"("roomId", "changePosition");

-- CreateIndex
CREATE UNIQUE INDEX "RoomMessage_roomId_sequence_key" ON "RoomMessage"("roomId", "sequence");

-- CreateIndex
CREATE UNIQUE INDEX "RoomMessage_roomId_position_key" ON "RoomMessage"("roomId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "RoomMessage_roomId_senderId_clientId_key" ON "RoomMessage"("roomId", "senderId", "clientId");

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RoomMessage" ADD CONSTRAINT "RoomMessage_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "InboxItem" ADD CONSTRAINT "InboxItem_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;


