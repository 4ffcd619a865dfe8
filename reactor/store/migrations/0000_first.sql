CREATE SCHEMA IF NOT EXISTS "kustodia";
--> statement-breakpoint
CREATE TABLE "kustodia"."attempt" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."attempt_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"leg_id" integer NOT NULL,
	"action" text NOT NULL,
	"generation" integer NOT NULL,
	"number" integer NOT NULL,
	"key" uuid NOT NULL,
	"amount_centavos" bigint NOT NULL,
	"outcome" text DEFAULT 'pending' NOT NULL,
	"outside_id" text,
	"refused_when" text,
	"reason" text,
	"evidence" jsonb,
	"sent_at" timestamp with time zone NOT NULL,
	"closed_at" timestamp with time zone,
	CONSTRAINT "attempt_is_numbered" UNIQUE("leg_id","action","generation","number")
);
--> statement-breakpoint
CREATE TABLE "kustodia"."chain_transaction" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."chain_transaction_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"leg_id" integer,
	"action" text NOT NULL,
	"generation" integer NOT NULL,
	"signer" text NOT NULL,
	"nonce" integer NOT NULL,
	"to" text NOT NULL,
	"data" text NOT NULL,
	"gas" numeric(78, 0) NOT NULL,
	"max_fee_per_gas" numeric(78, 0) NOT NULL,
	"max_priority_fee_per_gas" numeric(78, 0) NOT NULL,
	"raw" text,
	"hash" text,
	"state" text NOT NULL,
	"included_in_block" bigint,
	"sent_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "chain_transaction_hash_unique" UNIQUE("hash"),
	CONSTRAINT "one_price_per_nonce" UNIQUE("signer","nonce","max_fee_per_gas")
);
--> statement-breakpoint
CREATE TABLE "kustodia"."signer" (
	"address" text PRIMARY KEY NOT NULL,
	"next_nonce" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."bank_access" (
	"api_key" text PRIMARY KEY NOT NULL,
	"last_nonce" bigint NOT NULL,
	"tokens_milli" bigint NOT NULL,
	"refilled_at" timestamp with time zone NOT NULL,
	"locked_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "kustodia"."bank_reading" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."bank_reading_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"started_at" timestamp with time zone NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"changed" integer NOT NULL,
	"available_base_units" numeric(78, 0)
);
--> statement-breakpoint
CREATE TABLE "kustodia"."bank_refund" (
	"id" text PRIMARY KEY NOT NULL,
	"refund_of" text,
	"amount_base_units" numeric(78, 0) NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."bank_transaction" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"status" text NOT NULL,
	"amount_base_units" numeric(78, 0) NOT NULL,
	"receiver_clabe" text,
	"address" text,
	"bank_account_id" text,
	"tx_hash" text,
	"fiat_id" text,
	"refunded" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"read_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."head" (
	"chain_id" integer PRIMARY KEY NOT NULL,
	"latest_number" bigint NOT NULL,
	"settled_number" bigint,
	"settled_large_number" bigint,
	"settled_hash" text,
	"read_at" timestamp with time zone NOT NULL,
	"complaint" text
);
--> statement-breakpoint
CREATE TABLE "kustodia"."inbox" (
	"key" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"contract" text NOT NULL,
	"tx_hash" text NOT NULL,
	"escrow_id" text,
	"first_block" bigint NOT NULL,
	"taken_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."settled_block" (
	"number" bigint PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"read_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."spei_deposit" (
	"fid" text PRIMARY KEY NOT NULL,
	"receiver_clabe" text NOT NULL,
	"amount_centavos" bigint NOT NULL,
	"status" text NOT NULL,
	"clave_rastreo" text,
	"deposit_type" text,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."unassigned_deposit" (
	"issuance_id" text PRIMARY KEY NOT NULL,
	"why" text NOT NULL,
	"clabe" text NOT NULL,
	"amount_centavos" bigint NOT NULL,
	"candidate_legs" jsonb NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."webhook_delivery" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."webhook_delivery_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"body" jsonb NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."webhook_registration" (
	"callback_url" text PRIMARY KEY NOT NULL,
	"registered_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."claim" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."claim_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"source" text NOT NULL,
	"outside_id" text NOT NULL,
	"leg_id" integer NOT NULL,
	"claimed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"freed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "kustodia"."customer" (
	"id" text PRIMARY KEY NOT NULL,
	"deposit_clabe" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "customer_deposit_clabe_unique" UNIQUE("deposit_clabe")
);
--> statement-breakpoint
CREATE TABLE "kustodia"."idempotency_key" (
	"key" text PRIMARY KEY NOT NULL,
	"body_hash" text NOT NULL,
	"payment_id" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."installation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."leg" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."leg_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"payment_id" integer NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"review_from" text,
	"version" integer DEFAULT 0 NOT NULL,
	"generation" integer DEFAULT 0 NOT NULL,
	"amount_centavos" bigint NOT NULL,
	"carried" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"entered_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deadline_at" timestamp with time zone,
	"reason" text,
	"due_at" timestamp with time zone,
	"woken_at" timestamp with time zone,
	"lease_holder" integer,
	"lease_until" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "review_keeps_where_it_came_from" CHECK (("kustodia"."leg"."state" = 'review') = ("kustodia"."leg"."review_from" is not null))
);
--> statement-breakpoint
CREATE TABLE "kustodia"."party" (
	"payment_id" integer PRIMARY KEY NOT NULL,
	"payer_name" text NOT NULL,
	"recipient_legal_name" text NOT NULL,
	"payout_clabe" text NOT NULL,
	"refund_clabe" text,
	"salt" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."payment" (
	"id" integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (sequence name "kustodia"."payment_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"external_id" text,
	"customer_id" text NOT NULL,
	"amount_centavos" bigint NOT NULL,
	"deposit_clabe" text NOT NULL,
	"description" text,
	"conditions" text,
	"custody_end" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"held" boolean DEFAULT false NOT NULL,
	"status" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payment_external_id_unique" UNIQUE("external_id"),
	CONSTRAINT "amount_is_positive" CHECK ("kustodia"."payment"."amount_centavos" > 0)
);
--> statement-breakpoint
CREATE TABLE "kustodia"."ruling" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."ruling_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"leg_id" integer NOT NULL,
	"kind" text NOT NULL,
	"actor" text NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"carried_out_at" timestamp with time zone,
	CONSTRAINT "one_open_ruling_per_leg" UNIQUE NULLS NOT DISTINCT("leg_id","kind","carried_out_at")
);
--> statement-breakpoint
CREATE TABLE "kustodia"."event" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"payment_id" integer,
	"leg_id" integer,
	"type" text NOT NULL,
	"es" text NOT NULL,
	"en" text NOT NULL,
	"data" jsonb NOT NULL,
	"actor" text NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "kustodia"."kill_switch" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."kill_switch_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"why" text NOT NULL,
	"pulled_by" text NOT NULL,
	"pulled_at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"finding" text,
	"told" boolean DEFAULT false NOT NULL,
	"lifted_by" text[],
	"lift_reason" text,
	"lifted_at" timestamp with time zone,
	CONSTRAINT "kill_switch_finding_unique" UNIQUE("finding"),
	CONSTRAINT "kill_switch_lifted_by_two" CHECK (("kustodia"."kill_switch"."lifted_at" is null) = ("kustodia"."kill_switch"."lifted_by" is null)
        and ("kustodia"."kill_switch"."lifted_at" is null) = ("kustodia"."kill_switch"."lift_reason" is null)
        and ("kustodia"."kill_switch"."lifted_by" is null or coalesce(cardinality("kustodia"."kill_switch"."lifted_by") = 2
          and lower("kustodia"."kill_switch"."lifted_by"[1]) <> lower("kustodia"."kill_switch"."lifted_by"[2]), false)))
);
--> statement-breakpoint
CREATE TABLE "kustodia"."process_run" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."process_run_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"process" text NOT NULL,
	"started_by" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"result" jsonb,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "kustodia"."transfer" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "kustodia"."transfer_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"leg_id" integer NOT NULL,
	"attempt_id" integer,
	"from_place" text NOT NULL,
	"to_place" text NOT NULL,
	"amount_centavos" bigint NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "kustodia"."attempt" ADD CONSTRAINT "attempt_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."chain_transaction" ADD CONSTRAINT "chain_transaction_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."claim" ADD CONSTRAINT "claim_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."idempotency_key" ADD CONSTRAINT "idempotency_key_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "kustodia"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."leg" ADD CONSTRAINT "leg_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "kustodia"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."party" ADD CONSTRAINT "party_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "kustodia"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."payment" ADD CONSTRAINT "payment_customer_id_customer_id_fk" FOREIGN KEY ("customer_id") REFERENCES "kustodia"."customer"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."ruling" ADD CONSTRAINT "ruling_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."event" ADD CONSTRAINT "event_payment_id_payment_id_fk" FOREIGN KEY ("payment_id") REFERENCES "kustodia"."payment"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."event" ADD CONSTRAINT "event_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."transfer" ADD CONSTRAINT "transfer_leg_id_leg_id_fk" FOREIGN KEY ("leg_id") REFERENCES "kustodia"."leg"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kustodia"."transfer" ADD CONSTRAINT "transfer_attempt_id_attempt_id_fk" FOREIGN KEY ("attempt_id") REFERENCES "kustodia"."attempt"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempt_by_outside_id" ON "kustodia"."attempt" USING btree ("outside_id");--> statement-breakpoint
CREATE INDEX "attempt_open" ON "kustodia"."attempt" USING btree ("action","amount_centavos") WHERE "kustodia"."attempt"."outcome" in ('pending', 'unknown');--> statement-breakpoint
CREATE INDEX "chain_transaction_by_leg" ON "kustodia"."chain_transaction" USING btree ("leg_id");--> statement-breakpoint
CREATE INDEX "chain_transaction_open" ON "kustodia"."chain_transaction" USING btree ("signer","nonce") WHERE "kustodia"."chain_transaction"."state" in ('reserved', 'signed', 'sent', 'included');--> statement-breakpoint
CREATE INDEX "bank_transaction_by_hash" ON "kustodia"."bank_transaction" USING btree ("tx_hash");--> statement-breakpoint
CREATE INDEX "bank_transaction_by_clabe" ON "kustodia"."bank_transaction" USING btree ("receiver_clabe","amount_base_units");--> statement-breakpoint
CREATE INDEX "bank_transaction_by_type" ON "kustodia"."bank_transaction" USING btree ("type","created_at");--> statement-breakpoint
CREATE INDEX "inbox_by_transaction" ON "kustodia"."inbox" USING btree ("tx_hash");--> statement-breakpoint
CREATE INDEX "inbox_by_escrow" ON "kustodia"."inbox" USING btree ("escrow_id");--> statement-breakpoint
CREATE INDEX "spei_deposit_by_clabe" ON "kustodia"."spei_deposit" USING btree ("receiver_clabe","amount_centavos");--> statement-breakpoint
CREATE UNIQUE INDEX "claim_is_unique" ON "kustodia"."claim" USING btree ("source","outside_id") WHERE "kustodia"."claim"."freed_at" is null;--> statement-breakpoint
CREATE INDEX "claim_by_leg" ON "kustodia"."claim" USING btree ("leg_id");--> statement-breakpoint
CREATE INDEX "leg_by_payment" ON "kustodia"."leg" USING btree ("payment_id");--> statement-breakpoint
CREATE INDEX "leg_due" ON "kustodia"."leg" USING btree ("due_at") WHERE "kustodia"."leg"."due_at" is not null;--> statement-breakpoint
CREATE INDEX "leg_by_kind_and_state" ON "kustodia"."leg" USING btree ("kind","state");--> statement-breakpoint
CREATE INDEX "leg_by_escrow" ON "kustodia"."leg" USING btree (("carried" ->> 'escrowId'));--> statement-breakpoint
CREATE INDEX "payment_by_status" ON "kustodia"."payment" USING btree ("status");--> statement-breakpoint
CREATE INDEX "payment_by_clabe_and_amount" ON "kustodia"."payment" USING btree ("deposit_clabe","amount_centavos");--> statement-breakpoint
CREATE INDEX "event_by_payment" ON "kustodia"."event" USING btree ("payment_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "kill_switch_open" ON "kustodia"."kill_switch" USING btree ("why") WHERE "kustodia"."kill_switch"."lifted_at" is null;--> statement-breakpoint
CREATE INDEX "process_run_by_process" ON "kustodia"."process_run" USING btree ("process","id");--> statement-breakpoint
CREATE INDEX "transfer_by_leg" ON "kustodia"."transfer" USING btree ("leg_id");--> statement-breakpoint
CREATE INDEX "transfer_out" ON "kustodia"."transfer" USING btree ("created_at") WHERE "kustodia"."transfer"."to_place" = 'beneficiary';--> statement-breakpoint
CREATE INDEX "transfer_pending" ON "kustodia"."transfer" USING btree ("from_place") WHERE "kustodia"."transfer"."state" = 'pending';