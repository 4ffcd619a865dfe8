-- What left the history is told of for ever. That `event` has a table for each month is no step of this file: migrations are one
-- transaction, and a long history is divided in several (months/divideHistory.ts).
CREATE TABLE "kustodia"."archived_month" (
	"event_id" integer PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"from_at" timestamp with time zone,
	"to_at" timestamp with time zone NOT NULL,
	"rows" bigint NOT NULL,
	"row_ids" "int8multirange" NOT NULL,
	"file" text NOT NULL,
	"sha256" text NOT NULL,
	"archived_at" timestamp with time zone DEFAULT now() NOT NULL,
	"dropped_at" timestamp with time zone,
	"restored_at" timestamp with time zone,
	CONSTRAINT "archived_month_sha256" CHECK ("kustodia"."archived_month"."sha256" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE UNIQUE INDEX "archived_once" ON "kustodia"."archived_month" USING btree ("name") WHERE "kustodia"."archived_month"."restored_at" is null;--> statement-breakpoint
CREATE TRIGGER "archived_month_is_for_ever" BEFORE DELETE OR TRUNCATE ON "kustodia"."archived_month"
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."refuse_change"();
