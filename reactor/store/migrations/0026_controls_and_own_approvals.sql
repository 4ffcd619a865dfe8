-- Columns with a constant default are there at once; a table that is not to be had soon fails the start instead.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."control" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."control_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"value" text NOT NULL,
	"set_by" text[],
	"reason" text,
	"set_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "control_is_versioned" UNIQUE("name","version"),
	CONSTRAINT "control_fits_its_name" CHECK (("kustodia"."control"."name" in ('payout_ceiling', 'hour_ceiling', 'day_ceiling', 'allowance') and "kustodia"."control"."value" ~ '^[1-9][0-9]{0,17}$')
        or ("kustodia"."control"."name" in ('escrow', 'mxnb', 'bridge', 'juno_wallet') and "kustodia"."control"."value" ~ '^0x[0-9a-f]{40}$')),
	CONSTRAINT "control_changed_by_two" CHECK (case when "kustodia"."control"."version" = 1 then "kustodia"."control"."set_by" is null and "kustodia"."control"."reason" is null
        else "kustodia"."control"."version" > 1 and "kustodia"."control"."reason" is not null and coalesce(cardinality("kustodia"."control"."set_by") = 2
          and lower("kustodia"."control"."set_by"[1]) <> lower("kustodia"."control"."set_by"[2]), false) end)
);
--> statement-breakpoint
ALTER TABLE "kustodia"."payment_link" ADD COLUMN "approves" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."release_approval" ADD COLUMN "given_by" text DEFAULT 'operator' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."release_approval" ADD CONSTRAINT "release_approval_given_by" CHECK ("kustodia"."release_approval"."given_by" in ('party', 'operator'));--> statement-breakpoint
-- What was in force when, and by whose word, is part of the history.
CREATE TRIGGER "control_is_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "kustodia"."control"
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."refuse_change"();
