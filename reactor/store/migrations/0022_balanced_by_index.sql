-- A session plans these queries once, perhaps while the tables are empty, and would then read them whole for ever: twice the
-- time of an order after 2,000 payments, and more with each.
ALTER FUNCTION "kustodia"."refuse_unbalanced"() SET enable_seqscan = off;--> statement-breakpoint
ALTER FUNCTION "kustodia"."post_entries"() SET enable_seqscan = off;
