-- AlterTable
ALTER TABLE "Room" ADD COLUMN     "epochPosition" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "epochInboxHead" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "StoredEpoch" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "database" TEXT NOT NULL,
    "epoch" TEXT NOT NULL,
    "mark" BIGINT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StoredEpoch_pkey" PRIMARY KEY ("id")
);
