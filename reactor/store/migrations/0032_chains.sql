-- Nothing that is written all the time is locked: a lane has a row each. The hashes of settled blocks begin anew in a table of their own, by
-- chain, since whoever needs one asks the node for it again; the former table stays for a reactor from before, which may run meanwhile.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."chain" (
	"id" integer PRIMARY KEY NOT NULL,
	"index_schema" text NOT NULL,
	"confirmations" integer NOT NULL,
	CONSTRAINT "chain_index_schema_unique" UNIQUE("index_schema")
);
--> statement-breakpoint
CREATE TABLE "kustodia"."settled_hash" (
	"chain_id" integer NOT NULL,
	"number" bigint NOT NULL,
	"hash" text NOT NULL,
	"read_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "settled_hash_chain_id_number_pk" PRIMARY KEY("chain_id","number")
);
--> statement-breakpoint
ALTER TABLE "kustodia"."lane" ADD COLUMN "chain_id" integer;--> statement-breakpoint
ALTER TABLE "kustodia"."lane" ADD CONSTRAINT "lane_chain_id_chain_id_fk" FOREIGN KEY ("chain_id") REFERENCES "kustodia"."chain"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
-- All lanes are on the one chain whose heads were read. Its soft depth is what its first reactor is started with, a moment later.
INSERT INTO "kustodia"."chain" ("id", "index_schema", "confirmations")
  SELECT "chain_id", 'chain', 0 FROM "kustodia"."head" ORDER BY "read_at" DESC LIMIT 1;--> statement-breakpoint
UPDATE "kustodia"."lane" SET "chain_id" = "chain"."id" FROM "kustodia"."chain";
