/** The tables of the PostgreSQL store, modelled on DMS branch [B] (`Document`, `Alias`, `Reference`). */
import * as Migrator from "@effect/sql/Migrator"
import * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import { functions } from "./postgresFunctions.ts"

/** A name that needs no quoting: `edfi_perf`. */
export const schemaName = /^[a-z_][a-z0-9_]{0,62}$/

const tables = (schema: string): string => `
CREATE TABLE ${schema}.document (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uuid uuid NOT NULL UNIQUE,
  resource text NOT NULL,
  body jsonb NOT NULL,
  member_order text NOT NULL,
  modified_millis bigint NOT NULL
);
CREATE INDEX document_resource ON ${schema}.document (resource, id);

CREATE TABLE ${schema}.natural_key (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  space text NOT NULL,
  key text NOT NULL,
  document_id bigint NOT NULL REFERENCES ${schema}.document ON DELETE CASCADE,
  UNIQUE (space, key)
);
CREATE INDEX natural_key_document ON ${schema}.natural_key (document_id);

CREATE TABLE ${schema}.reference (
  document_id bigint NOT NULL REFERENCES ${schema}.document ON DELETE CASCADE,
  key_id bigint NOT NULL REFERENCES ${schema}.natural_key ON DELETE RESTRICT,
  PRIMARY KEY (document_id, key_id)
);
CREATE INDEX reference_key ON ${schema}.reference (key_id);
`

/** Positions are the ids of documents; change versions are numbers of one sequence, which a rollback does not give back. */
const changes = (schema: string): string => `
CREATE SEQUENCE ${schema}.change_version;
ALTER TABLE ${schema}.document
  ADD COLUMN change_version bigint NOT NULL DEFAULT nextval('${schema}.change_version');
-- A delete has no new values; they are JSON texts, because jsonb sorts members.
CREATE TABLE ${schema}.tracked_change (
  change_version bigint PRIMARY KEY,
  resource text NOT NULL,
  uuid uuid NOT NULL,
  key text NOT NULL,
  old_values json NOT NULL,
  new_values json
);
CREATE INDEX tracked_change_resource ON ${schema}.tracked_change (resource, change_version);
`

/** The functions of earlier versions; those of this one are created after it. */
const dropFunctions = (schema: string): string => `
DO $$
DECLARE v_function regprocedure;
BEGIN
  FOR v_function IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = '${schema}'::regnamespace
  LOOP EXECUTE 'DROP FUNCTION ' || v_function; END LOOP;
END $$;
`

/** Creates the schema or migrates it to the current version. Idempotent. */
export const migrate = Effect.fn("postgresSchema.migrate")(function* (schema: string) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE SCHEMA IF NOT EXISTS ${sql(schema)}`
  yield* Migrator.make({})({
    table: `${schema}.migration`,
    loader: Migrator.fromRecord({
      "0001_documents": Effect.asVoid(sql.unsafe(tables(schema))),
      // Documents of the first migration have keys of another format.
      "0002_every_resource": Effect.asVoid(
        sql.unsafe(`
          DELETE FROM ${schema}.reference;
          DELETE FROM ${schema}.document;
          COMMENT ON COLUMN ${schema}.natural_key.space IS
            'endpoint, or the name of an abstract resource: EducationOrganization';
        `)
      ),
      "0003_changes": Effect.asVoid(sql.unsafe(changes(schema))),
      "0004_deferred_writes": Effect.asVoid(
        sql.unsafe([dropFunctions, functions].map((part) => part(schema)).join(""))
      )
    })
  })
})
