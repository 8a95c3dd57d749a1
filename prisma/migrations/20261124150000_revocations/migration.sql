-- CreateTable
CREATE TABLE "Revocation" (
    "userId" TEXT NOT NULL,
    "notBefore" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Revocation_pkey" PRIMARY KEY ("userId")
);
