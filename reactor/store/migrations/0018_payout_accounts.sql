-- Readers and writers go on: new columns stay empty until they are filled below, and a table that is not to be had soon fails the start instead.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."payout_account" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."payout_account_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"leg_id" integer,
	"version" integer,
	"payee" text NOT NULL,
	"legal_name" text NOT NULL,
	"clabe" text NOT NULL,
	"given_by" text NOT NULL,
	"reason" text NOT NULL,
	"given_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payout_account_is_versioned" UNIQUE("leg_id","payee","version"),
	CONSTRAINT "payout_account_in_force_for_a_leg" CHECK (("kustodia"."payout_account"."leg_id" is null) = ("kustodia"."payout_account"."version" is null)),
	CONSTRAINT "payout_account_payee" CHECK ("kustodia"."payout_account"."payee" in ('seller', 'buyer', 'platform', 'broker'))
);
--> statement-breakpoint
ALTER TABLE "kustodia"."leg" ADD COLUMN "source" text;--> statement-breakpoint
ALTER TABLE "kustodia"."leg" ADD COLUMN "payee" text;--> statement-breakpoint
ALTER TABLE "kustodia"."payment" ADD COLUMN "purpose" text DEFAULT 'sale' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."payout_account" ADD CONSTRAINT "payout_account_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "payout_account_by_clabe" ON "kustodia"."payout_account" USING btree ("clabe");--> statement-breakpoint
CREATE INDEX "payout_account_by_words" ON "kustodia"."payout_account" USING gin (to_tsvector('simple', regexp_replace(translate(lower(coalesce(legal_name, '')), 'áàäâéèëêíìïîóòöôúùüûñç', 'aaaaeeeeiiiioooouuuunc'), '[^a-z0-9]+', ' ', 'g')));--> statement-breakpoint
UPDATE "kustodia"."leg" SET "source" = 'custody', "payee" = 'seller' WHERE "kind" = 'payout';--> statement-breakpoint
INSERT INTO "kustodia"."payout_account" ("leg_id", "version", "payee", "legal_name", "clabe", "given_by", "reason")
	SELECT "leg"."id", 1, 'seller', "recipient_legal_name", "payout_clabe", 'kustodia', 'al crear el pago'
	FROM "kustodia"."leg" JOIN "kustodia"."party" USING ("payment_id") WHERE "kind" = 'payout';--> statement-breakpoint
INSERT INTO "kustodia"."payout_account" ("leg_id", "version", "payee", "legal_name", "clabe", "given_by", "reason")
	SELECT "leg"."id", 1, 'buyer', "payer_name", "refund_clabe", 'kustodia', 'al crear el pago'
	FROM "kustodia"."leg" JOIN "kustodia"."party" USING ("payment_id") WHERE "kind" = 'payout' AND "refund_clabe" IS NOT NULL;
