-- Reactors are numbered so that each can hold an advisory lock that says "I live".
CREATE SEQUENCE "kustodia"."reactor_number" AS integer CYCLE;--> statement-breakpoint
CREATE FUNCTION "kustodia"."refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the history is append-only: % on %', TG_OP, TG_TABLE_NAME;
END $$;--> statement-breakpoint
CREATE TRIGGER "event_is_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "kustodia"."event"
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."refuse_change"();
