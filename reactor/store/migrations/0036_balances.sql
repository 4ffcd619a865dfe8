-- What is read while it is filled waits, so that nothing is left out.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."bank_balance" (
	"account" text PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"available_base_units" numeric(78, 0) NOT NULL
);
--> statement-breakpoint
-- The newest is what was stored last, whatever the clocks of the two say.
CREATE FUNCTION "kustodia"."tell_balance"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO kustodia.bank_balance (account, started_at, available_base_units)
    VALUES (NEW.account, NEW.started_at, NEW.available_base_units)
    ON CONFLICT (account) DO UPDATE SET started_at = EXCLUDED.started_at, available_base_units = EXCLUDED.available_base_units;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "bank_reading_tells_balance" AFTER INSERT ON "kustodia"."bank_reading" FOR EACH ROW
  WHEN (NEW.available_base_units IS NOT NULL) EXECUTE FUNCTION "kustodia"."tell_balance"();--> statement-breakpoint
INSERT INTO "kustodia"."bank_balance" SELECT DISTINCT ON (account) account, started_at, available_base_units
  FROM "kustodia"."bank_reading" WHERE available_base_units IS NOT NULL ORDER BY account, id DESC;
