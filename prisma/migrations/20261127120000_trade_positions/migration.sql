-- AlterTable: null, as of bars that a build before this one stores, means false
ALTER TABLE "FundFlowBar" ADD COLUMN     "incomplete" BOOLEAN;

-- CreateTable
CREATE TABLE "MarketLeader" (
    "name" TEXT NOT NULL,
    "token" BIGINT NOT NULL,
    "closed" BOOLEAN NOT NULL,

    CONSTRAINT "MarketLeader_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "TradePosition" (
    "symbol" TEXT NOT NULL,
    "epoch" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL,

    CONSTRAINT "TradePosition_pkey" PRIMARY KEY ("symbol")
);

-- CreateTable
CREATE TABLE "SeenSequences" (
    "symbol" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "day" TIMESTAMPTZ(3) NOT NULL,
    "part" INTEGER NOT NULL,
    "sequences" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SeenSequences_pkey" PRIMARY KEY ("symbol","source","day","part")
);

-- CreateIndex
CREATE INDEX "SeenSequences_seenAt_idx" ON "SeenSequences"("seenAt");
