SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "kustodia"."idempotency_key" ALTER COLUMN "payment_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."idempotency_key" ADD COLUMN "taken_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."idempotency_key" ADD COLUMN "status" integer;--> statement-breakpoint
ALTER TABLE "kustodia"."idempotency_key" ADD COLUMN "body" text;