SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "kustodia"."watched_fact" ALTER COLUMN "from_address" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."watched_fact" ALTER COLUMN "to_address" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."watched_fact" ALTER COLUMN "amount_base_units" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."watched_fact" ADD COLUMN "kind" text DEFAULT 'Transfer' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."watched_fact" ADD COLUMN "escrow_id" text;--> statement-breakpoint
ALTER TABLE "kustodia"."watched_fact" ADD COLUMN "asked_at" timestamp with time zone;