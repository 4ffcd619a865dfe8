-- A batch makes or ends its movements in one statement: their entries are written in one too, and held to each other there. A
-- reactor from before this one writes movement by movement, and gets the same entries. The
-- tables are taken whole at once: whoever has read one would otherwise wait for this transaction, and it for them.
SET LOCAL lock_timeout = '5s';--> statement-breakpoint
LOCK TABLE "kustodia"."transfer", "kustodia"."entry" IN ACCESS EXCLUSIVE MODE;--> statement-breakpoint
DROP TRIGGER "transfer_posts_entries" ON "kustodia"."transfer";--> statement-breakpoint
DROP FUNCTION "kustodia"."post_entries"();--> statement-breakpoint
CREATE FUNCTION "kustodia"."post_made"() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  voided integer := (SELECT min(id) FROM made WHERE state = 'voided');
BEGIN
  IF voided IS NOT NULL THEN
    RAISE EXCEPTION 'movement % was never under way, so that it cannot be voided', voided;
  END IF;
  -- Nothing is posted into a closed period, be the clock set back.
  INSERT INTO kustodia.entry (transfer_id, payment_id, leg_id, account, amount_centavos, posted_at)
    SELECT made.id, leg.payment_id, made.leg_id, line.account, line.amount,
      greatest(coalesce(made.closed_at, made.created_at), closed.through + interval '1 microsecond')
    FROM made LEFT JOIN kustodia.leg ON leg.id = made.leg_id, (SELECT max(through) AS through FROM kustodia.closing) closed,
      LATERAL (VALUES (1, made.from_place, -made.amount_centavos),
        (2, CASE made.state WHEN 'pending' THEN 'in_transit' ELSE made.to_place END, made.amount_centavos)) line(nth, account, amount)
    ORDER BY made.id, line.nth;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION "kustodia"."post_ended"() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  wrong integer := (SELECT min(coalesce(was.id, is_now.id)) FROM was FULL JOIN is_now ON is_now.id = was.id
    WHERE was.id IS NULL OR is_now.id IS NULL OR was.state <> 'pending' OR is_now.state = 'pending'
      OR (to_jsonb(was) - 'state' - 'closed_at') <> (to_jsonb(is_now) - 'state' - 'closed_at'));
BEGIN
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'a movement ends once and changes never: movement %', wrong;
  END IF;
  INSERT INTO kustodia.entry (transfer_id, payment_id, leg_id, account, amount_centavos, posted_at)
    SELECT is_now.id, leg.payment_id, is_now.leg_id, line.account, line.amount,
      greatest(coalesce(is_now.closed_at, is_now.created_at), closed.through + interval '1 microsecond')
    FROM is_now LEFT JOIN kustodia.leg ON leg.id = is_now.leg_id, (SELECT max(through) AS through FROM kustodia.closing) closed,
      LATERAL (VALUES (1, 'in_transit', -is_now.amount_centavos),
        (2, CASE is_now.state WHEN 'posted' THEN is_now.to_place ELSE is_now.from_place END, is_now.amount_centavos)) line(nth, account, amount)
    ORDER BY is_now.id, line.nth;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "transfer_posts_entries" AFTER INSERT ON "kustodia"."transfer" REFERENCING NEW TABLE AS made
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."post_made"();--> statement-breakpoint
CREATE TRIGGER "transfer_end_posts_entries" AFTER UPDATE ON "kustodia"."transfer" REFERENCING OLD TABLE AS was NEW TABLE AS is_now
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."post_ended"();--> statement-breakpoint
DROP TRIGGER "entry_is_balanced" ON "kustodia"."entry";--> statement-breakpoint
DROP FUNCTION "kustodia"."refuse_unbalanced"();--> statement-breakpoint
CREATE FUNCTION "kustodia"."refuse_unbalanced"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unbalanced record;
BEGIN
  SELECT transfer_id, sum(amount_centavos) AS total INTO unbalanced
    FROM written GROUP BY transfer_id HAVING sum(amount_centavos) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the entries of movement % add up to % centavos and not to nothing', unbalanced.transfer_id, unbalanced.total;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "entry_is_balanced" AFTER INSERT ON "kustodia"."entry" REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION "kustodia"."refuse_unbalanced"();
