-- Columns without a default are there at once; a table that is not to be had soon fails the start instead.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."screening" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."screening_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"leg_id" integer NOT NULL,
	"account_id" integer NOT NULL,
	"generation" integer NOT NULL,
	"amount_centavos" bigint NOT NULL,
	"verdict" text NOT NULL,
	"reference" text,
	"reason" text,
	"answered_by" text NOT NULL,
	"answered_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"ask_again_at" timestamp with time zone,
	CONSTRAINT "screening_verdict" CHECK ("kustodia"."screening"."verdict" in ('clear', 'hold', 'refuse', 'unknown'))
);
--> statement-breakpoint
ALTER TABLE "kustodia"."spei_deposit" ADD COLUMN "sender_name" text;--> statement-breakpoint
ALTER TABLE "kustodia"."payment" ADD COLUMN "chain_reference" text;--> statement-breakpoint
ALTER TABLE "kustodia"."screening" ADD CONSTRAINT "screening_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."screening" ADD CONSTRAINT "screening_account_id_payout_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "kustodia"."payout_account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "screening_by_leg" ON "kustodia"."screening" USING btree ("leg_id","id");