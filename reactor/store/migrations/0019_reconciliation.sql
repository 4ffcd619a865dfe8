SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."reconciliation" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."reconciliation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"span" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"block_number" bigint NOT NULL,
	"block_hash" text NOT NULL,
	"sums" jsonb NOT NULL,
	"balances" jsonb NOT NULL,
	"payments" integer NOT NULL,
	"matched" integer NOT NULL,
	"breaks" integer NOT NULL,
	"difference_centavos" bigint NOT NULL,
	"rpc_calls" integer NOT NULL,
	"bank_calls" integer NOT NULL,
	"elapsed_ms" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."suspicion" (
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"outside_id" text NOT NULL,
	"leg_id" integer,
	"since" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "suspicion_kind_source_outside_id_pk" PRIMARY KEY("kind","source","outside_id")
);
--> statement-breakpoint
CREATE TABLE "kustodia"."witness" (
	"id" text PRIMARY KEY NOT NULL,
	"side" text NOT NULL,
	"kind" text NOT NULL,
	"status" text,
	"amount_base_units" numeric(78, 0),
	"from_address" text,
	"to_address" text,
	"escrow_id" text,
	"account_id" text,
	"tx_hash" text,
	"refund_of" text,
	"block_number" bigint,
	"at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"leg_id" integer,
	"ours" boolean NOT NULL
);
--> statement-breakpoint
ALTER TABLE "kustodia"."break" ALTER COLUMN "payment_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ALTER COLUMN "leg_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD COLUMN "amount_base_units" numeric(78, 0);--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD COLUMN "at_bank" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD COLUMN "state" text DEFAULT 'open' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD COLUMN "owner" text;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD COLUMN "explanation" text;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD COLUMN "closed_by" text;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD COLUMN "close_reason" text;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD COLUMN "version" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."suspicion" ADD CONSTRAINT "suspicion_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."witness" ADD CONSTRAINT "witness_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "witness_by_leg" ON "kustodia"."witness" USING btree ("leg_id");--> statement-breakpoint
CREATE INDEX "witness_not_ours" ON "kustodia"."witness" USING btree ("id") WHERE not "kustodia"."witness"."ours";--> statement-breakpoint
CREATE INDEX "witness_by_transaction" ON "kustodia"."witness" USING btree ("tx_hash");--> statement-breakpoint
CREATE INDEX "witness_by_account" ON "kustodia"."witness" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "witness_open" ON "kustodia"."witness" USING btree ("at") WHERE "kustodia"."witness"."status" in ('PENDING', 'IN_PROGRESS');--> statement-breakpoint
CREATE INDEX "break_by_state" ON "kustodia"."break" USING btree ("state","number");--> statement-breakpoint
UPDATE "kustodia"."break" SET "state" = 'closed' WHERE "healed_at" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD CONSTRAINT "break_closed_for_a_reason" CHECK ("kustodia"."break"."state" <> 'closed' or "kustodia"."break"."healed_at" is not null
        or ("kustodia"."break"."closed_by" is not null and "kustodia"."break"."close_reason" is not null and "kustodia"."break"."closed_at" is not null));--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD CONSTRAINT "break_owned_by_somebody" CHECK ("kustodia"."break"."state" in ('open', 'closed') or "kustodia"."break"."owner" is not null);