-- ledger.refuse_change(): what every table of schema ledger answers to UPDATE, DELETE and TRUNCATE, to everybody.
CREATE FUNCTION ledger.refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation',
              HINT = 'What was recorded stays. Record a further event that corrects it.';
END
$$;

REVOKE ALL ON FUNCTION ledger.refuse_change() FROM PUBLIC;
