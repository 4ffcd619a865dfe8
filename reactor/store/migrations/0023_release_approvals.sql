-- A column with a constant default is there at once; a table that is not to be had soon fails the start instead.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."release_approval" (
	"payment_id" integer NOT NULL,
	"party" text NOT NULL,
	"evidence" text NOT NULL,
	"recorded_by" text NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "release_approval_payment_id_party_pk" PRIMARY KEY("payment_id","party"),
	CONSTRAINT "release_approval_party" CHECK ("kustodia"."release_approval"."party" in ('buyer', 'seller'))
);
--> statement-breakpoint
ALTER TABLE "kustodia"."payment" ADD COLUMN "release_by" text DEFAULT 'operator' NOT NULL;--> statement-breakpoint
ALTER TABLE "kustodia"."release_approval" ADD CONSTRAINT "release_approval_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "kustodia"."payment"("id") ON DELETE no action ON UPDATE no action;