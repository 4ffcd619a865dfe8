-- Writers wait while an index is made, a second for each 100,000 rows; a table that is not to be had soon fails the start instead.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."money_rollup" (
	"id" integer PRIMARY KEY DEFAULT 1 NOT NULL,
	"through" timestamp with time zone NOT NULL,
	"centavos" jsonb NOT NULL,
	CONSTRAINT "money_rollup_is_one" CHECK ("kustodia"."money_rollup"."id" = 1)
);
--> statement-breakpoint
DROP INDEX "kustodia"."leg_by_kind_and_state";--> statement-breakpoint
DROP INDEX "kustodia"."payment_by_status";--> statement-breakpoint
CREATE INDEX "party_by_payout_clabe" ON "kustodia"."party" USING btree ("payout_clabe");--> statement-breakpoint
CREATE INDEX "party_by_words" ON "kustodia"."party" USING gin (to_tsvector('simple', regexp_replace(translate(lower(coalesce(payer_name, '') || ' ' || coalesce(recipient_legal_name, '')), 'áàäâéèëêíìïîóòöôúùüûñç', 'aaaaeeeeiiiioooouuuunc'), '[^a-z0-9]+', ' ', 'g')));--> statement-breakpoint
CREATE INDEX "payment_by_amount" ON "kustodia"."payment" USING btree ("amount_centavos","id");--> statement-breakpoint
CREATE INDEX "payment_by_creation" ON "kustodia"."payment" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "payment_by_words" ON "kustodia"."payment" USING gin (to_tsvector('simple', regexp_replace(translate(lower(coalesce(external_id, '') || ' ' || coalesce(customer_id, '') || ' ' || coalesce(description, '')), 'áàäâéèëêíìïîóòöôúùüûñç', 'aaaaeeeeiiiioooouuuunc'), '[^a-z0-9]+', ' ', 'g')));--> statement-breakpoint
CREATE INDEX "plan_by_time" ON "kustodia"."plan" USING btree ("proposed_at","hash");--> statement-breakpoint
CREATE INDEX "transfer_by_closing" ON "kustodia"."transfer" USING btree ("closed_at") WHERE "kustodia"."transfer"."state" = 'posted';--> statement-breakpoint
CREATE INDEX "outgoing_delivery_by_endpoint" ON "kustodia"."outgoing_delivery" USING btree ("endpoint_id","id");--> statement-breakpoint
CREATE INDEX "outgoing_delivery_not_accepted" ON "kustodia"."outgoing_delivery" USING btree ("state","id") WHERE "kustodia"."outgoing_delivery"."state" <> 'delivered';--> statement-breakpoint
CREATE INDEX "leg_by_kind_and_state" ON "kustodia"."leg" USING btree ("kind","state","payment_id");--> statement-breakpoint
CREATE INDEX "payment_by_status" ON "kustodia"."payment" USING btree ("status","id");