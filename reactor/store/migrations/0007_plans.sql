CREATE TABLE "kustodia"."plan" (
	"hash" text PRIMARY KEY NOT NULL,
	"operation" text NOT NULL,
	"request" jsonb NOT NULL,
	"plan" jsonb NOT NULL,
	"reason" text NOT NULL,
	"proposed_by" integer NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"confirmed_by" integer,
	"confirmed_at" timestamp with time zone,
	CONSTRAINT "plan_confirmed_by_somebody" CHECK (("kustodia"."plan"."confirmed_at" is null) = ("kustodia"."plan"."confirmed_by" is null)),
	CONSTRAINT "plan_confirmed_by_another" CHECK ("kustodia"."plan"."confirmed_by" <> "kustodia"."plan"."proposed_by")
);
--> statement-breakpoint
ALTER TABLE "kustodia"."plan" ADD CONSTRAINT "plan_proposed_by_person_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "kustodia"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."plan" ADD CONSTRAINT "plan_confirmed_by_person_id_fk" FOREIGN KEY ("confirmed_by") REFERENCES "kustodia"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "plan_open" ON "kustodia"."plan" USING btree ("expires_at") WHERE "kustodia"."plan"."confirmed_at" is null;