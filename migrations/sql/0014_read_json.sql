-- ledger.read_json(bytes): one line of an entry as jsonb, for SQL users only; null where jsonb cannot hold what
-- JSON allows (the escape \u0000, a lone surrogate). One such event must not stop every query over the view;
-- its exact bytes stay in ledger.entries.
CREATE FUNCTION ledger.read_json(line bytea) RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN convert_from(line, 'UTF8')::jsonb;
EXCEPTION
    WHEN data_exception THEN
        RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION ledger.read_json(bytea) FROM PUBLIC;
