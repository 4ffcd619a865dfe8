SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."payment_tally" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."payment_tally_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"status" text NOT NULL,
	"payments" integer NOT NULL,
	"centavos" numeric NOT NULL
);--> statement-breakpoint
CREATE FUNCTION "kustodia"."tally_payments"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO kustodia.payment_tally (status, payments, centavos)
      SELECT status, count(*), sum(amount_centavos) FROM come GROUP BY status;
  ELSE
    INSERT INTO kustodia.payment_tally (status, payments, centavos)
      SELECT status, sum(payments), sum(centavos) FROM (
        SELECT status, -1 AS payments, -amount_centavos AS centavos FROM gone
        UNION ALL SELECT status, 1, amount_centavos FROM come
      ) AS changed GROUP BY status HAVING sum(payments) <> 0 OR sum(centavos) <> 0;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
-- Payments wait for as long as those that are there are counted: a third of a second for each million.
LOCK TABLE "kustodia"."payment" IN SHARE ROW EXCLUSIVE MODE;--> statement-breakpoint
CREATE TRIGGER "payment_is_tallied" AFTER INSERT ON "kustodia"."payment" REFERENCING NEW TABLE AS come
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."tally_payments"();--> statement-breakpoint
CREATE TRIGGER "payment_change_is_tallied" AFTER UPDATE ON "kustodia"."payment" REFERENCING OLD TABLE AS gone NEW TABLE AS come
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."tally_payments"();--> statement-breakpoint
INSERT INTO "kustodia"."payment_tally" ("status", "payments", "centavos")
  SELECT "status", count(*), sum("amount_centavos") FROM "kustodia"."payment" GROUP BY "status";
