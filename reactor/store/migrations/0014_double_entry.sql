-- Movements wait while their entries are made, some seconds for each 100,000; a table that is not to be had soon fails the
-- start instead. A reactor from before this one moves money as it did: its movements get their entries here too.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
LOCK TABLE "kustodia"."transfer" IN SHARE ROW EXCLUSIVE MODE;--> statement-breakpoint
CREATE TABLE "kustodia"."closing" (
	"through" timestamp with time zone PRIMARY KEY NOT NULL,
	"centavos" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."entry" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."entry_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"transfer_id" integer NOT NULL,
	"payment_id" integer,
	"leg_id" integer,
	"account" text NOT NULL,
	"amount_centavos" bigint NOT NULL,
	"posted_at" timestamp with time zone NOT NULL,
	"xact" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "entry_account" CHECK ("kustodia"."entry"."account" in ('buyer', 'suspense', 'juno', 'bridge', 'escrow', 'beneficiary', 'fees', 'returns', 'in_transit')),
	CONSTRAINT "entry_moves_something" CHECK ("kustodia"."entry"."amount_centavos" <> 0)
);
--> statement-breakpoint
CREATE TABLE "kustodia"."seal" (
	"payment_id" integer NOT NULL,
	"position" integer NOT NULL,
	"source" text NOT NULL,
	"row_id" bigint NOT NULL,
	"hash" text NOT NULL,
	"previous_hash" text NOT NULL,
	"sealed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "seal_payment_id_position_pk" PRIMARY KEY("payment_id","position"),
	CONSTRAINT "sealed_once" UNIQUE("source","row_id"),
	CONSTRAINT "seal_source" CHECK ("kustodia"."seal"."source" in ('event', 'entry'))
);
--> statement-breakpoint
DROP TABLE "kustodia"."money_rollup";--> statement-breakpoint
DROP INDEX "kustodia"."transfer_out";--> statement-breakpoint
DROP INDEX "kustodia"."transfer_by_closing";--> statement-breakpoint
ALTER TABLE "kustodia"."transfer" ALTER COLUMN "leg_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."event" ADD COLUMN "xact" "xid8" DEFAULT pg_current_xact_id() NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."transfer" ADD COLUMN "issuance_id" text;--> statement-breakpoint
ALTER TABLE "kustodia"."entry" ADD CONSTRAINT "entry_transfer_id_transfer_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "kustodia"."transfer"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "entry_by_transfer" ON "kustodia"."entry" USING btree ("transfer_id");--> statement-breakpoint
CREATE INDEX "entry_by_payment" ON "kustodia"."entry" USING btree ("payment_id","id");--> statement-breakpoint
CREATE INDEX "entry_by_posting" ON "kustodia"."entry" USING btree ("posted_at");--> statement-breakpoint
CREATE INDEX "transfer_paid_out" ON "kustodia"."transfer" USING btree ("created_at") WHERE "kustodia"."transfer"."to_place" in ('beneficiary', 'fees', 'returns');--> statement-breakpoint
CREATE INDEX "transfer_suspended" ON "kustodia"."transfer" USING btree ("issuance_id") WHERE "kustodia"."transfer"."to_place" = 'suspense';--> statement-breakpoint
CREATE UNIQUE INDEX "issuance_comes_once" ON "kustodia"."transfer" USING btree ("issuance_id","to_place") WHERE "kustodia"."transfer"."issuance_id" is not null;--> statement-breakpoint
-- Every movement that there is, by the very lines that it would have now. One that nobody had ordered was never in transit.
INSERT INTO "kustodia"."entry" ("transfer_id", "payment_id", "leg_id", "account", "amount_centavos", "posted_at")
  SELECT "id", "payment_id", "leg_id", "account", "amount", "at" FROM (
    SELECT t."id", l."payment_id", t."leg_id", line.* FROM "kustodia"."transfer" t JOIN "kustodia"."leg" l ON l."id" = t."leg_id",
      LATERAL (VALUES
        (1, t."from_place", -t."amount_centavos", t."created_at"), (2, 'in_transit', t."amount_centavos", t."created_at"),
        (3, 'in_transit', -t."amount_centavos", t."closed_at"),
        (4, CASE t."state" WHEN 'posted' THEN t."to_place" ELSE t."from_place" END, t."amount_centavos", t."closed_at")
      ) line("place", "account", "amount", "at")
      WHERE (t."attempt_id" IS NOT NULL OR t."state" <> 'posted') AND ("place" < 3 OR t."state" <> 'pending')
    UNION ALL
    SELECT t."id", l."payment_id", t."leg_id", line.* FROM "kustodia"."transfer" t JOIN "kustodia"."leg" l ON l."id" = t."leg_id",
      LATERAL (VALUES
        (1, t."from_place", -t."amount_centavos", coalesce(t."closed_at", t."created_at")),
        (2, t."to_place", t."amount_centavos", coalesce(t."closed_at", t."created_at"))
      ) line("place", "account", "amount", "at")
      WHERE t."attempt_id" IS NULL AND t."state" = 'posted'
  ) lines ORDER BY "at", "id", "place";--> statement-breakpoint
-- The entries of a movement, in the statement that makes it or ends it: no other way leads into the books.
CREATE FUNCTION "kustodia"."post_entries"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  source text;
  target text;
  posted timestamptz := coalesce(NEW.closed_at, NEW.created_at);
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state = 'voided' THEN
      RAISE EXCEPTION 'movement % was never under way, so that it cannot be voided', NEW.id;
    END IF;
    source := NEW.from_place;
    target := CASE NEW.state WHEN 'pending' THEN 'in_transit' ELSE NEW.to_place END;
  ELSE
    IF OLD.state <> 'pending' OR NEW.state = 'pending'
      OR (to_jsonb(OLD) - 'state' - 'closed_at') <> (to_jsonb(NEW) - 'state' - 'closed_at') THEN
      RAISE EXCEPTION 'a movement ends once and changes never: movement %', OLD.id;
    END IF;
    source := 'in_transit';
    target := CASE NEW.state WHEN 'posted' THEN NEW.to_place ELSE NEW.from_place END;
  END IF;
  -- Nothing is posted into a closed period, be the clock set back.
  posted := greatest(posted, (SELECT max(through) FROM kustodia.closing) + interval '1 microsecond');
  INSERT INTO kustodia.entry (transfer_id, payment_id, leg_id, account, amount_centavos, posted_at)
    SELECT NEW.id, (SELECT payment_id FROM kustodia.leg WHERE id = NEW.leg_id), NEW.leg_id, line.account, line.amount, posted
    FROM (VALUES (source, -NEW.amount_centavos), (target, NEW.amount_centavos)) line(account, amount);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "transfer_posts_entries" AFTER INSERT OR UPDATE ON "kustodia"."transfer"
  FOR EACH ROW EXECUTE FUNCTION "kustodia"."post_entries"();--> statement-breakpoint
-- What waits for an owner now came in before there was an account for it.
INSERT INTO "kustodia"."transfer" ("issuance_id", "from_place", "to_place", "amount_centavos", "state", "created_at", "closed_at")
  SELECT "issuance_id", CASE "why" WHEN 'returned_payout' THEN 'beneficiary' ELSE 'buyer' END, 'suspense', "amount_centavos",
    'posted', "seen_at", "seen_at" FROM "kustodia"."unassigned_deposit";--> statement-breakpoint
CREATE TRIGGER "transfer_is_for_ever" BEFORE DELETE OR TRUNCATE ON "kustodia"."transfer"
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."refuse_change"();--> statement-breakpoint
CREATE FUNCTION "kustodia"."refuse_loose_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'an entry is written by its movement alone';
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "entry_is_of_a_movement" BEFORE INSERT ON "kustodia"."entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."refuse_loose_entry"();--> statement-breakpoint
CREATE FUNCTION "kustodia"."refuse_unbalanced"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  total bigint := (SELECT sum(amount_centavos) FROM kustodia.entry WHERE transfer_id = NEW.transfer_id);
BEGIN
  IF total <> 0 THEN
    RAISE EXCEPTION 'the entries of movement % add up to % centavos and not to nothing', NEW.transfer_id, total;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE CONSTRAINT TRIGGER "entry_is_balanced" AFTER INSERT ON "kustodia"."entry" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION "kustodia"."refuse_unbalanced"();--> statement-breakpoint
CREATE TRIGGER "entry_is_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "kustodia"."entry"
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."refuse_change"();--> statement-breakpoint
CREATE TRIGGER "closing_is_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "kustodia"."closing"
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."refuse_change"();--> statement-breakpoint
CREATE TRIGGER "seal_is_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "kustodia"."seal"
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."refuse_change"();
