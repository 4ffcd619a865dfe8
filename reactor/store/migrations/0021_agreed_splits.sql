-- What payments were agreed to be paid out in parts, for the tripwire: amounts alone, and none that anything changes later.
CREATE VIEW "kustodia"."agreed_split" AS
	SELECT whole.id AS leg_id, whole.amount_centavos AS whole_centavos, array_agg(part.amount_centavos ORDER BY part.id) AS parts_centavos
	FROM "kustodia"."leg" whole
	JOIN "kustodia"."leg" part ON part.payment_id = whole.payment_id
		AND (part.kind = 'payout' AND part.source = whole.kind OR part.kind = 'custody' AND whole.kind = 'deposit')
	WHERE whole.kind IN ('deposit', 'custody')
	GROUP BY whole.id
	HAVING count(*) > 1;
