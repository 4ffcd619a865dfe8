CREATE TABLE "kustodia"."outgoing_delivery" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."outgoing_delivery_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"endpoint_id" integer NOT NULL,
	"event_id" integer NOT NULL,
	"queue" integer NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"lease_until" timestamp with time zone,
	"first_tried_at" timestamp with time zone,
	"last_tried_at" timestamp with time zone,
	"last_status" integer,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "delivered_once_to_each" UNIQUE("endpoint_id","event_id")
);
--> statement-breakpoint
CREATE TABLE "kustodia"."webhook_endpoint" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."webhook_endpoint_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"url" text NOT NULL,
	"event_types" text[],
	"secret" text NOT NULL,
	"previous_secret" text,
	"previous_secret_until" timestamp with time zone,
	"enabled" boolean DEFAULT true NOT NULL,
	"disabled_why" text,
	"failing_since" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"paused_until" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "disabled_has_a_reason" CHECK ("kustodia"."webhook_endpoint"."enabled" = ("kustodia"."webhook_endpoint"."disabled_why" is null))
);
--> statement-breakpoint
ALTER TABLE "kustodia"."outgoing_delivery" ADD CONSTRAINT "outgoing_delivery_endpoint_id_webhook_endpoint_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "kustodia"."webhook_endpoint"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "outgoing_delivery_due" ON "kustodia"."outgoing_delivery" USING btree ("endpoint_id","due_at") WHERE "kustodia"."outgoing_delivery"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "outgoing_delivery_queue" ON "kustodia"."outgoing_delivery" USING btree ("endpoint_id","queue","event_id") WHERE "kustodia"."outgoing_delivery"."state" = 'pending';