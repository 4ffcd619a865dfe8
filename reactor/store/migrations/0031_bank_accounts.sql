-- Columns with a constant default are there at once, and all that is there is of the one account that there was. The keys that change
-- are of small tables; a table that is not to be had soon fails the start instead.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
ALTER TABLE "kustodia"."lane" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."bank_access" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."bank_reading" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."bank_refund" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."bank_transaction" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."spei_deposit" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."webhook_registration" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."customer" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."reconciliation" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."suspicion" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."witness" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."break" ADD COLUMN "account" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
DROP INDEX "kustodia"."break_is_open_once";--> statement-breakpoint
ALTER TABLE "kustodia"."suspicion" DROP CONSTRAINT "suspicion_kind_source_outside_id_pk";--> statement-breakpoint
ALTER TABLE "kustodia"."webhook_registration" DROP CONSTRAINT "webhook_registration_pkey";--> statement-breakpoint
CREATE TABLE "kustodia"."former_clabe" (
	"clabe" text PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"account" text NOT NULL,
	"until" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);--> statement-breakpoint
CREATE TABLE "kustodia"."spare_clabe" (
	"clabe" text PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"made_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);--> statement-breakpoint
ALTER TABLE "kustodia"."webhook_registration" ADD CONSTRAINT "webhook_registration_callback_url_account_pk" PRIMARY KEY("callback_url","account");--> statement-breakpoint
ALTER TABLE "kustodia"."suspicion" ADD CONSTRAINT "suspicion_account_kind_source_outside_id_pk" PRIMARY KEY("account","kind","source","outside_id");--> statement-breakpoint
ALTER TABLE "kustodia"."former_clabe" ADD CONSTRAINT "former_clabe_customer_id_customer_id_fk" FOREIGN KEY ("customer_id") REFERENCES "kustodia"."customer"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "spare_clabe_by_account" ON "kustodia"."spare_clabe" USING btree ("account","made_at");--> statement-breakpoint
CREATE INDEX "bank_reading_by_account" ON "kustodia"."bank_reading" USING btree ("account","id");--> statement-breakpoint
CREATE UNIQUE INDEX "break_is_open_once" ON "kustodia"."break" USING btree ("account","kind","source","outside_id") WHERE "kustodia"."break"."healed_at" is null;--> statement-breakpoint
ALTER TABLE "kustodia"."lane" ADD CONSTRAINT "lane_account" CHECK ("kustodia"."lane"."account" ~ '^[a-z][a-z0-9-]{0,31}$');
