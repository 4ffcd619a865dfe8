CREATE TABLE "kustodia"."api_key" (
	"id" text PRIMARY KEY NOT NULL,
	"person_id" integer NOT NULL,
	"secret_hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_by" text,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "api_key_hash_is_sha256" CHECK ("kustodia"."api_key"."secret_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "api_key_may_something" CHECK (cardinality("kustodia"."api_key"."scopes") > 0),
	CONSTRAINT "api_key_revoked_by_somebody" CHECK (("kustodia"."api_key"."revoked_at" is null) = ("kustodia"."api_key"."revoked_by" is null))
);
--> statement-breakpoint
CREATE TABLE "kustodia"."person" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."person_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "person_or_service" CHECK ("kustodia"."person"."kind" in ('person', 'service'))
);
--> statement-breakpoint
ALTER TABLE "kustodia"."api_key" ADD CONSTRAINT "api_key_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "kustodia"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_key_by_person" ON "kustodia"."api_key" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "person_has_one_name" ON "kustodia"."person" USING btree (lower("name"));