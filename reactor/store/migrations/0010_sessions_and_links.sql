SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."session" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"key_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "session_hash_is_sha256" CHECK ("kustodia"."session"."token_hash" ~ '^[0-9a-f]{64}$')
);
--> statement-breakpoint
CREATE TABLE "kustodia"."payment_link" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."payment_link_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"payment_id" integer NOT NULL,
	"audience" text NOT NULL,
	"token_hash" text NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_by" text,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "payment_link_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "payment_link_audience" CHECK ("kustodia"."payment_link"."audience" in ('buyer', 'seller')),
	CONSTRAINT "payment_link_hash_is_sha256" CHECK ("kustodia"."payment_link"."token_hash" ~ '^[0-9a-f]{64}$'),
	CONSTRAINT "payment_link_revoked_by_somebody" CHECK (("kustodia"."payment_link"."revoked_at" is null) = ("kustodia"."payment_link"."revoked_by" is null))
);
--> statement-breakpoint
ALTER TABLE "kustodia"."session" ADD CONSTRAINT "session_key_id_api_key_id_fk" FOREIGN KEY ("key_id") REFERENCES "kustodia"."api_key"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."payment_link" ADD CONSTRAINT "payment_link_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "kustodia"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "session_by_expiry" ON "kustodia"."session" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "payment_link_by_payment" ON "kustodia"."payment_link" USING btree ("payment_id");