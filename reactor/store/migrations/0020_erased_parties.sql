-- A column that is empty in every row is there at once; a table that is not to be had soon fails the start instead.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "kustodia"."party" ADD COLUMN "erased_at" timestamp with time zone;