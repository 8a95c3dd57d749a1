-- AlterTable
ALTER TABLE "SubscriptionProgress" ADD COLUMN     "goneAt" TIMESTAMPTZ(3),
ADD COLUMN     "lostAt" TIMESTAMPTZ(3),
ADD COLUMN     "matchId" TEXT,
ADD COLUMN     "token" TEXT;

-- Of those that are stored nobody knows more than when they were written last.
UPDATE "SubscriptionProgress" SET "lostAt" = "updatedAt";

-- CreateTable
CREATE TABLE "ProgressSession" (
    "session" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ProgressSession_pkey" PRIMARY KEY ("session")
);

-- CreateIndex
CREATE INDEX "SubscriptionProgress_goneAt_updatedAt_idx" ON "SubscriptionProgress"("goneAt", "updatedAt");
