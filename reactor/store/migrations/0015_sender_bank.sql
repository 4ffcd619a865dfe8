-- A table that is not to be had soon fails the start instead of making it wait.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "kustodia"."spei_deposit" ADD COLUMN "sender_bank" text;