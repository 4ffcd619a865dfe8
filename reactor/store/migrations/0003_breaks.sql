CREATE TABLE "kustodia"."break" (
	"number" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."break_number_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"payment_id" integer NOT NULL,
	"leg_id" integer NOT NULL,
	"source" text NOT NULL,
	"outside_id" text NOT NULL,
	"consumed" jsonb NOT NULL,
	"seen" jsonb NOT NULL,
	"opened_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"healed_at" timestamp with time zone,
	"healed" jsonb
);
--> statement-breakpoint
CREATE TABLE "kustodia"."watched_fact" (
	"claim_id" integer PRIMARY KEY NOT NULL,
	"leg_id" integer NOT NULL,
	"tx_hash" text NOT NULL,
	"block_number" bigint NOT NULL,
	"block_hash" text NOT NULL,
	"from_address" text NOT NULL,
	"to_address" text NOT NULL,
	"amount_base_units" numeric(78, 0) NOT NULL,
	"missing_since" timestamp with time zone,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD CONSTRAINT "break_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "kustodia"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD CONSTRAINT "break_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."watched_fact" ADD CONSTRAINT "watched_fact_claim_id_claim_id_fk" FOREIGN KEY ("claim_id") REFERENCES "kustodia"."claim"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."watched_fact" ADD CONSTRAINT "watched_fact_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "break_is_open_once" ON "kustodia"."break" USING btree ("kind","source","outside_id") WHERE "kustodia"."break"."healed_at" is null;--> statement-breakpoint
CREATE INDEX "break_by_payment" ON "kustodia"."break" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "watched_fact_unsettled" ON "kustodia"."watched_fact" USING btree ("block_number") WHERE "kustodia"."watched_fact"."settled_at" is null;--> statement-breakpoint
CREATE INDEX "watched_fact_unsettled_by_leg" ON "kustodia"."watched_fact" USING btree ("leg_id") WHERE "kustodia"."watched_fact"."settled_at" is null;