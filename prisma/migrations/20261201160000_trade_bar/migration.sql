-- RenameTable: it has kept prices beside fund flow since 20261124200000
ALTER TABLE "FundFlowBar" RENAME TO "TradeBar";
ALTER TABLE "TradeBar" RENAME CONSTRAINT "FundFlowBar_pkey" TO "TradeBar_pkey";

-- CreateView: instances of the build before this one read and write bars under the former name, also with ON CONFLICT.
-- The view is dropped by the version after the next one.
CREATE VIEW "FundFlowBar" AS SELECT * FROM "TradeBar";
