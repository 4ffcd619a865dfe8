-- A second for a million payments, in which no leg moves. Where that is too long it is made beforehand, `concurrently`.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "leg_going_on" ON "kustodia"."leg" USING btree ("kind","state","entered_at") WHERE "kustodia"."leg"."state" not in ('issued', 'covered', 'expired', 'cancelled', 'returned', 'paid');
