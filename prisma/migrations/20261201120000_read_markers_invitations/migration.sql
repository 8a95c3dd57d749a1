-- AlterTable
ALTER TABLE "Membership" ADD COLUMN "readSequence" BIGINT;

-- What was there before read positions were kept counts as read.
UPDATE "Membership" m SET "readSequence" = r."lastSequence" FROM "Room" r WHERE r."id" = m."roomId";

-- CreateTable
CREATE TABLE "RoomInvitation" (
    "roomId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "invitedBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RoomInvitation_pkey" PRIMARY KEY ("roomId","userId")
);

-- CreateTable
CREATE TABLE "InvitationBlock" (
    "userId" TEXT NOT NULL,
    "inviterId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "InvitationBlock_pkey" PRIMARY KEY ("userId","inviterId")
);

-- CreateIndex
CREATE INDEX "RoomInvitation_userId_idx" ON "RoomInvitation"("userId");

-- CreateIndex
CREATE INDEX "RoomInvitation_invitedBy_idx" ON "RoomInvitation"("invitedBy");

-- AddForeignKey
ALTER TABLE "RoomInvitation" ADD CONSTRAINT "RoomInvitation_roomId_fkey" FOREIGN KEY ("roomId") REFERENCES "Room"("id") ON DELETE CASCADE ON UPDATE CASCADE;
