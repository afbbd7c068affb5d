/**
 * The functions that read and write the tables of the PostgreSQL store. A function call is a single round trip, and
 * PostgreSQL caches the plans of statements in PL/pgSQL functions (functions in plain SQL would be planned at each
 * call).
 *
 * Each statement in a function sees what was committed before that statement began. A function that changes a document
 * therefore first locks the row of its natural key and then reads: that lock protects the document.
 */

/** A document as the functions return it. */
const documentRow = `uuid uuid, body jsonb, member_order text, key text, modified_millis double precision,
  document_id double precision, change_version double precision`

/** The columns of such a row before and after its key, from the table `document d`. */
export const bodyColumns = "d.uuid, d.body, d.member_order"
export const numberColumns =
  "d.modified_millis::double precision, d.id::double precision AS document_id, " +
  "d.change_version::double precision AS change_version"

const readFunctions = (schema: string): string => `
-- The keys that references point to, locked against deletion and renaming until the end of the transaction, and the
-- 1-based positions of the references that were found.
CREATE FUNCTION ${schema}.resolve(p_spaces text[], p_keys text[], OUT targets bigint[], OUT positions integer[])
LANGUAGE plpgsql AS $$
BEGIN
  SELECT coalesce(array_agg(t.id), '{}'), coalesce(array_agg(t.position::integer), '{}') INTO targets, positions
  FROM (
    SELECT k.id, w.position
    FROM unnest(p_spaces, p_keys) WITH ORDINALITY AS w (space, key, position)
    JOIN ${schema}.natural_key k ON k.space = w.space AND k.key = w.key
    FOR KEY SHARE OF k
  ) t;
END $$;

CREATE FUNCTION ${schema}.find_by_key(p_resource text, p_key text)
RETURNS TABLE (${documentRow})
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_document bigint;
BEGIN
  SELECT k.document_id INTO v_document FROM ${schema}.natural_key k
  WHERE k.space = p_resource AND k.key = p_key FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  RETURN QUERY SELECT ${bodyColumns}, p_key, ${numberColumns}
  FROM ${schema}.document d WHERE d.id = v_document;
END $$;

CREATE FUNCTION ${schema}.find_by_id(p_resource text, p_uuid uuid, p_lock boolean)
RETURNS TABLE (${documentRow})
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  IF p_lock THEN
    PERFORM 1 FROM ${schema}.document d
    JOIN ${schema}.natural_key k ON k.document_id = d.id AND k.space = d.resource
    WHERE d.uuid = p_uuid AND d.resource = p_resource FOR NO KEY UPDATE OF k;
  END IF;
  RETURN QUERY SELECT ${bodyColumns}, k.key, ${numberColumns}
  FROM ${schema}.document d
  JOIN ${schema}.natural_key k ON k.document_id = d.id AND k.space = d.resource
  WHERE d.uuid = p_uuid AND d.resource = p_resource;
END $$;
`

const writeFunctions = (schema: string): string => `
-- Returns the existing document with this key; or, if references are missing, the positions of those that were found;
-- or the uuid of the inserted document, which is a new one if the given uuid is taken. Deferred writes are done first.
CREATE FUNCTION ${schema}.insert_document(
  p_uuid uuid, p_resource text, p_spaces text[], p_key text, p_body jsonb, p_member_order text,
  p_modified_millis bigint, p_target_spaces text[], p_target_keys text[], p_deferred jsonb DEFAULT NULL
)
RETURNS TABLE (inserted boolean, resolved integer[], ${documentRow})
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_document bigint; v_version bigint; v_uuid uuid := p_uuid; v_targets bigint[]; v_resolved integer[];
BEGIN
  IF p_deferred IS NOT NULL THEN PERFORM ${schema}.write_deferred(p_deferred); END IF;
  RETURN QUERY SELECT false, NULL::integer[], f.* FROM ${schema}.find_by_key(p_resource, p_key) f;
  IF FOUND THEN RETURN; END IF;
  IF cardinality(p_target_keys) > 0 THEN
    SELECT r.targets, r.positions INTO v_targets, v_resolved
    FROM ${schema}.resolve(p_target_spaces, p_target_keys) r;
    IF cardinality(v_resolved) < cardinality(p_target_keys) THEN
      RETURN QUERY
      SELECT false, v_resolved, NULL::uuid, NULL::jsonb, NULL::text, NULL::text, NULL::double precision,
        NULL::double precision, NULL::double precision;
      RETURN;
    END IF;
  END IF;
  IF EXISTS (SELECT FROM ${schema}.document d WHERE d.uuid = p_uuid) THEN v_uuid := gen_random_uuid(); END IF;
  INSERT INTO ${schema}.document (uuid, resource, body, member_order, modified_millis)
  VALUES (v_uuid, p_resource, p_body, p_member_order, p_modified_millis)
  RETURNING id, change_version INTO v_document, v_version;
  INSERT INTO ${schema}.natural_key (space, key, document_id)
  SELECT s.space, p_key, v_document FROM unnest(p_spaces) AS s (space);
  IF v_targets IS NOT NULL THEN
    INSERT INTO ${schema}.reference (document_id, key_id)
    SELECT DISTINCT v_document, t.id FROM unnest(v_targets) AS t (id);
  END IF;
  RETURN QUERY
  SELECT true, NULL::integer[], v_uuid, NULL::jsonb, NULL::text, p_key, p_modified_millis::double precision,
    v_document::double precision, v_version::double precision;
END $$;

-- Returns the change version of the update or, if references are missing, the positions of those that were found.
-- With NULL targets the references do not change. A change of the key is recorded if its values are given.
CREATE FUNCTION ${schema}.update_document(
  p_uuid uuid, p_key text, p_renamed boolean, p_body jsonb, p_member_order text, p_modified_millis bigint,
  p_target_spaces text[], p_target_keys text[], p_old_values json, p_new_values json,
  OUT resolved integer[], OUT change_version double precision
)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_document bigint; v_resource text; v_version bigint; v_targets bigint[] := '{}'; v_resolved integer[];
BEGIN
  IF cardinality(p_target_keys) > 0 THEN
    SELECT r.targets, r.positions INTO v_targets, v_resolved
    FROM ${schema}.resolve(p_target_spaces, p_target_keys) r;
    IF cardinality(v_resolved) < cardinality(p_target_keys) THEN
      resolved := v_resolved;
      RETURN;
    END IF;
  END IF;
  UPDATE ${schema}.document SET body = p_body, member_order = p_member_order,
    modified_millis = p_modified_millis, change_version = nextval('${schema}.change_version')
  WHERE uuid = p_uuid RETURNING id, resource, change_version INTO STRICT v_document, v_resource, v_version;
  change_version := v_version;
  IF p_renamed THEN
    UPDATE ${schema}.natural_key SET key = p_key WHERE document_id = v_document;
  END IF;
  IF p_new_values IS NOT NULL THEN
    INSERT INTO ${schema}.tracked_change (change_version, resource, uuid, key, old_values, new_values)
    VALUES (nextval('${schema}.change_version'), v_resource, p_uuid, p_key, p_old_values, p_new_values);
  END IF;
  IF p_target_keys IS NOT NULL THEN
    DELETE FROM ${schema}.reference WHERE document_id = v_document AND key_id <> ALL (v_targets);
    IF cardinality(v_targets) > 0 THEN
      INSERT INTO ${schema}.reference (document_id, key_id)
      SELECT v_document, t.id FROM unnest(v_targets) AS t (id) ON CONFLICT DO NOTHING;
    END IF;
  END IF;
END $$;
`

const referrerFunctions = (schema: string): string => `
-- The documents that refer to this one, locked until the end of the transaction.
CREATE FUNCTION ${schema}.referrers(p_uuid uuid)
RETURNS TABLE (resource text, ${documentRow})
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT d.resource, ${bodyColumns}, own.key, ${numberColumns}
  FROM ${schema}.document target
  JOIN ${schema}.natural_key k ON k.document_id = target.id
  JOIN ${schema}.reference r ON r.key_id = k.id
  JOIN ${schema}.document d ON d.id = r.document_id
  JOIN ${schema}.natural_key own ON own.document_id = d.id AND own.space = d.resource
  WHERE target.uuid = p_uuid ORDER BY d.id FOR NO KEY UPDATE OF own, d;
END $$;

-- Returns the resource of a document that still refers to this one, or NULL if the document was removed, which is
-- recorded if the values of its key are given.
CREATE FUNCTION ${schema}.remove_document(p_uuid uuid, p_key text, p_values json) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE v_document bigint; v_own text; v_resource text;
BEGIN
  SELECT id, resource INTO STRICT v_document, v_own FROM ${schema}.document WHERE uuid = p_uuid;
  SELECT d.resource INTO v_resource
  FROM ${schema}.natural_key k
  JOIN ${schema}.reference r ON r.key_id = k.id
  JOIN ${schema}.document d ON d.id = r.document_id
  WHERE k.document_id = v_document LIMIT 1;
  IF FOUND THEN RETURN v_resource; END IF;
  DELETE FROM ${schema}.document WHERE id = v_document;
  IF p_values IS NOT NULL THEN
    INSERT INTO ${schema}.tracked_change (change_version, resource, uuid, key, old_values)
    VALUES (nextval('${schema}.change_version'), v_own, p_uuid, p_key, p_values);
  END IF;
  RETURN NULL;
END $$;
`

const deferredFunctions = (schema: string): string => `
-- Updates that keep keys and references, and removals of documents that nothing refers to.
CREATE FUNCTION ${schema}.write_deferred(p_writes jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE v_write record;
BEGIN
  FOR v_write IN
    SELECT * FROM jsonb_to_recordset(p_writes)
      AS w (uuid uuid, key text, body jsonb, member_order text, modified_millis bigint)
  LOOP
    IF v_write.body IS NOT NULL THEN
      PERFORM ${schema}.update_document(v_write.uuid, v_write.key, false, v_write.body, v_write.member_order,
        v_write.modified_millis, NULL, NULL, NULL, NULL);
    ELSIF ${schema}.remove_document(v_write.uuid, v_write.key, NULL) IS NOT NULL THEN
      RAISE EXCEPTION 'a document to be removed is referred to: %', v_write.uuid;
    END IF;
  END LOOP;
END $$;
`

/** Creates the functions in a schema that has none. */
export const functions = (schema: string): string =>
  [readFunctions, writeFunctions, referrerFunctions, deferredFunctions].map((part) => part(schema)).join("")
