-- AlterTable
ALTER TABLE "FundFlowBar" ADD COLUMN     "close" TEXT,
ADD COLUMN     "firstTradeAt" TIMESTAMPTZ(3),
ADD COLUMN     "high" TEXT,
ADD COLUMN     "low" TEXT,
ADD COLUMN     "open" TEXT,
ADD COLUMN     "volume" TEXT;
