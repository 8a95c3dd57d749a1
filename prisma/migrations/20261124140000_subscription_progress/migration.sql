-- CreateTable
CREATE TABLE "SubscriptionProgress" (
    "userId" TEXT NOT NULL,
    "operationId" TEXT NOT NULL,
    "identity" TEXT NOT NULL,
    "positions" JSON NOT NULL,
    "session" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SubscriptionProgress_pkey" PRIMARY KEY ("userId","operationId")
);

-- CreateIndex
CREATE INDEX "SubscriptionProgress_updatedAt_idx" ON "SubscriptionProgress"("updatedAt");
