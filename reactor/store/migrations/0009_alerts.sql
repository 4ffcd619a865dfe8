CREATE TABLE "kustodia"."alert" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."alert_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"detail" text NOT NULL,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"told_at" timestamp with time zone DEFAULT now() NOT NULL,
	"acknowledged_by" text,
	"acknowledged_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	CONSTRAINT "alert_is_acknowledged_by_somebody" CHECK (("kustodia"."alert"."acknowledged_at" is null) = ("kustodia"."alert"."acknowledged_by" is null))
);
--> statement-breakpoint
CREATE TABLE "kustodia"."quiet_day" (
	"day" date PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "alert_open" ON "kustodia"."alert" USING btree ("name") WHERE "kustodia"."alert"."closed_at" is null;