SET LOCAL lock_timeout = '5s';--> statement-breakpoint
DROP INDEX "kustodia"."process_run_by_process";--> statement-breakpoint
ALTER TABLE "kustodia"."process_run" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
CREATE INDEX "process_run_by_account" ON "kustodia"."process_run" USING btree ("process","account","id");