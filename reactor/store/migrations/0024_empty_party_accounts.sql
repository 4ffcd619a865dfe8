-- Whom is paid has stood in payout_account since 0018, and only there is it erased: what older programs wrote here too goes. One that
-- still runs may go on writing it. A table that is not to be had soon fails the start instead.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
DROP INDEX "kustodia"."party_by_payout_clabe";--> statement-breakpoint
ALTER TABLE "kustodia"."party" ALTER COLUMN "recipient_legal_name" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."party" ALTER COLUMN "payout_clabe" DROP NOT NULL;--> statement-breakpoint
UPDATE "kustodia"."party" SET "recipient_legal_name" = NULL, "payout_clabe" = NULL, "refund_clabe" = NULL
	WHERE "payout_clabe" IS NOT NULL OR "recipient_legal_name" IS NOT NULL OR "refund_clabe" IS NOT NULL;
