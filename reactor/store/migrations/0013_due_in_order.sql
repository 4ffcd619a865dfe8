SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE INDEX "leg_due_in_order" ON "kustodia"."leg" USING btree ("due_at","id") WHERE "kustodia"."leg"."due_at" is not null;--> statement-breakpoint
DROP INDEX "kustodia"."leg_due";
