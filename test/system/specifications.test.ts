/** The OpenAPI documents of the whole stock model, judged by a validator. */
import SwaggerParser from "@apidevtools/swagger-parser"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { dialectNames } from "../../src/local-dms/Dialect.ts"
import { fetchDocuments } from "../integration/openApiDocuments.ts"

describe("OpenAPI documents of the local DMS", () => {
  it.effect.each(dialectNames)("are valid in the dialect %s", (dialect) =>
    Effect.gen(function* () {
      for (const [name, text] of yield* fetchDocuments(dialect)) {
        assert.notInclude(text, "{root}", name)
        yield* Effect.promise(() => SwaggerParser.validate(JSON.parse(text)))
      }
    })
  )
})
