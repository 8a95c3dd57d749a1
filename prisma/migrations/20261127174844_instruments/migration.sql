-- CreateTable
CREATE TABLE "Instrument" (
    "symbol" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "names" JSON,
    "type" TEXT,
    "exchange" TEXT,
    "currency" TEXT,
    "lotSize" TEXT,
    "tickSize" TEXT,
    "limitUp" TEXT,
    "limitDown" TEXT,
    "status" TEXT,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Instrument_pkey" PRIMARY KEY ("symbol")
);
