-- Columns with a constant default are there at once; a table that is not to be had soon fails the start instead.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."lane" (
	"name" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"set_by" text[],
	"reason" text,
	"since" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "lane_name" CHECK ("kustodia"."lane"."name" ~ '^[a-z][a-z0-9-]{0,31}$'),
	CONSTRAINT "lane_state" CHECK ("kustodia"."lane"."state" in ('proposed', 'open', 'draining', 'retired')),
	CONSTRAINT "lane_changed_for_a_reason" CHECK (("kustodia"."lane"."set_by" is null) = ("kustodia"."lane"."reason" is null)),
	CONSTRAINT "lane_opened_by_two" CHECK ("kustodia"."lane"."state" = 'proposed'
        or ("kustodia"."lane"."name" = 'principal' and "kustodia"."lane"."state" = 'open' and "kustodia"."lane"."set_by" is null)
        or coalesce(case "kustodia"."lane"."state" when 'open'
          then cardinality("kustodia"."lane"."set_by") = 2 and lower("kustodia"."lane"."set_by"[1]) <> lower("kustodia"."lane"."set_by"[2])
          else cardinality("kustodia"."lane"."set_by") = 1 end, false))
);
--> statement-breakpoint
ALTER TABLE "kustodia"."control" DROP CONSTRAINT "control_is_versioned";--> statement-breakpoint
ALTER TABLE "kustodia"."control" DROP CONSTRAINT "control_fits_its_name";--> statement-breakpoint
ALTER TABLE "kustodia"."control" ADD COLUMN "lane" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."leg" ADD COLUMN "lane" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."payment" ADD COLUMN "lane" text DEFAULT 'principal' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."witness" ADD COLUMN "contract" text;--> statement-breakpoint
CREATE INDEX "leg_due_by_lane" ON "kustodia"."leg" USING btree ("lane","due_at","id") WHERE "kustodia"."leg"."due_at" is not null;--> statement-breakpoint
DROP INDEX "kustodia"."leg_due_in_order";--> statement-breakpoint
CREATE INDEX "payment_open_by_lane" ON "kustodia"."payment" USING btree ("lane") WHERE "kustodia"."payment"."status" not in ('completed', 'refunded', 'cancelled', 'expired');--> statement-breakpoint
ALTER TABLE "kustodia"."control" ADD CONSTRAINT "control_is_versioned_by_lane" UNIQUE("lane","name","version");--> statement-breakpoint
ALTER TABLE "kustodia"."control" ADD CONSTRAINT "control_fits_its_name" CHECK (("kustodia"."control"."name" in ('payout_ceiling', 'hour_ceiling', 'day_ceiling', 'allowance') and "kustodia"."control"."value" ~ '^[1-9][0-9]{0,17}$' and "kustodia"."control"."lane" = 'principal')
        or ("kustodia"."control"."name" in ('escrow', 'mxnb', 'bridge', 'juno_wallet') and "kustodia"."control"."value" ~ '^0x[0-9a-f]{40}$'));--> statement-breakpoint
-- All that is there goes by the one lane that there was.
INSERT INTO "kustodia"."lane" ("name", "state") VALUES ('principal', 'open');
