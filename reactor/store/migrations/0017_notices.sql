SET LOCAL lock_timeout = '5s';--> statement-breakpoint
CREATE TABLE "kustodia"."notice" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."notice_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"payment_id" integer NOT NULL,
	"audience" text NOT NULL,
	"event_id" integer NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp with time zone,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	CONSTRAINT "noticed_once" UNIQUE("event_id","audience"),
	CONSTRAINT "notice_audience" CHECK ("kustodia"."notice"."audience" in ('buyer', 'seller')),
	CONSTRAINT "notice_sent_has_its_time" CHECK (("kustodia"."notice"."state" = 'sent') = ("kustodia"."notice"."sent_at" is not null))
);
--> statement-breakpoint
ALTER TABLE "kustodia"."party" ADD COLUMN "payer_email" text;--> statement-breakpoint
ALTER TABLE "kustodia"."party" ADD COLUMN "recipient_email" text;--> statement-breakpoint
ALTER TABLE "kustodia"."notice" ADD CONSTRAINT "notice_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "kustodia"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notice_due" ON "kustodia"."notice" USING btree ("due_at") WHERE "kustodia"."notice"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "notice_by_payment" ON "kustodia"."notice" USING btree ("payment_id");