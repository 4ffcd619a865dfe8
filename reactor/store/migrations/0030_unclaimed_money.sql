-- What is written while it is filled waits, so that nothing is left out.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."unclaimed" (
	"source" text NOT NULL,
	"outside_id" text NOT NULL,
	CONSTRAINT "unclaimed_source_outside_id_pk" PRIMARY KEY("source","outside_id")
);
--> statement-breakpoint
CREATE INDEX "chain_transaction_approvals" ON "kustodia"."chain_transaction" USING btree ("signer","id") WHERE "kustodia"."chain_transaction"."action" = 'approve';--> statement-breakpoint
CREATE INDEX "bank_transaction_by_fiat_id" ON "kustodia"."bank_transaction" USING btree ("fiat_id");--> statement-breakpoint
CREATE INDEX "spei_deposit_by_tracking_key" ON "kustodia"."spei_deposit" USING btree ("clave_rastreo");--> statement-breakpoint
CREATE INDEX "spei_deposit_returned" ON "kustodia"."spei_deposit" USING btree ("fid") WHERE "kustodia"."spei_deposit"."deposit_type" is not null;--> statement-breakpoint
CREATE INDEX "claim_freed" ON "kustodia"."claim" USING btree ("source","outside_id") WHERE "kustodia"."claim"."freed_at" is not null;--> statement-breakpoint
CREATE INDEX "leg_by_reason" ON "kustodia"."leg" USING btree ("reason") WHERE "kustodia"."leg"."reason" is not null;--> statement-breakpoint
CREATE FUNCTION "kustodia"."list_transactions"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO kustodia.unclaimed (source, outside_id)
    SELECT CASE listed.type WHEN 'ISSUANCE' THEN 'issuance' ELSE 'bank_transaction' END, listed.id FROM listed
    WHERE listed.type IN ('ISSUANCE', 'CRYPTO_WITHDRAWAL', 'REDEMPTION')
    ON CONFLICT DO NOTHING;
  -- One may be claimed before it is listed, by the bank's answer. In the words of the index of those that stand.
  DELETE FROM kustodia.unclaimed USING listed, kustodia.claim
    WHERE unclaimed.outside_id = listed.id AND unclaimed.source IN ('issuance', 'bank_transaction')
      AND claim.source = unclaimed.source AND claim.outside_id = listed.id AND claim.freed_at IS NULL;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION "kustodia"."list_deposits"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO kustodia.unclaimed (source, outside_id)
    SELECT 'spei_deposit', listed.fid FROM listed ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;--> statement-breakpoint
-- No claim on a debit is ever freed; a freed one of an issuance or a deposit went back to its sender.
CREATE FUNCTION "kustodia"."strike_claimed"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  DELETE FROM kustodia.unclaimed USING claimed
    WHERE unclaimed.source = claimed.source AND unclaimed.outside_id = claimed.outside_id;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "bank_transaction_is_listed" AFTER INSERT ON "kustodia"."bank_transaction" REFERENCING NEW TABLE AS listed
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."list_transactions"();--> statement-breakpoint
CREATE TRIGGER "spei_deposit_is_listed" AFTER INSERT ON "kustodia"."spei_deposit" REFERENCING NEW TABLE AS listed
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."list_deposits"();--> statement-breakpoint
CREATE TRIGGER "claim_strikes_unclaimed" AFTER INSERT ON "kustodia"."claim" REFERENCING NEW TABLE AS claimed
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."strike_claimed"();--> statement-breakpoint
INSERT INTO "kustodia"."unclaimed" ("source", "outside_id")
  SELECT "shown"."source", "shown"."id" FROM (
    SELECT CASE "type" WHEN 'ISSUANCE' THEN 'issuance' ELSE 'bank_transaction' END AS "source", "id"
      FROM "kustodia"."bank_transaction" WHERE "type" IN ('ISSUANCE', 'CRYPTO_WITHDRAWAL', 'REDEMPTION')
    UNION ALL SELECT 'spei_deposit', "fid" FROM "kustodia"."spei_deposit"
  ) "shown" WHERE NOT EXISTS (
    SELECT FROM "kustodia"."claim" WHERE "claim"."source" = "shown"."source" AND "claim"."outside_id" = "shown"."id");
