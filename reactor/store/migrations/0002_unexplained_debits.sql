SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "kustodia"."bank_transaction" ADD COLUMN "unexplained_readings" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "bank_transaction_unexplained" ON "kustodia"."bank_transaction" USING btree ("id") WHERE "kustodia"."bank_transaction"."unexplained_readings" > 0;