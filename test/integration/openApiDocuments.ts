/** The OpenAPI documents that a local DMS serves, found as a client finds them. */
import * as Effect from "effect/Effect"
import type { DialectName } from "../../src/local-dms/Dialect.ts"
import { LocalDms } from "../../src/local-dms/LocalDms.ts"
import { at, jsonOf, root, send } from "../local-dms/harness.ts"

/** The texts of all documents, by prefix and name: `Resources`, `OtherChange-Queries`. */
export const fetchDocuments = (dialect: DialectName) =>
  Effect.gen(function* () {
    const pathAt = (value: unknown) => String(value).slice(root.length)
    const list = pathAt(at(jsonOf(yield* send("GET", "/")), "urls", "openApiMetadata"))
    const entries = jsonOf(yield* send("GET", list))
    const texts = new Map<string, string>()
    for (const entry of Array.isArray(entries) ? entries : []) {
      const { status, text } = yield* send("GET", pathAt(at(entry, "endpointUri")))
      const name = `${String(at(entry, "prefix"))}${String(at(entry, "name"))}`
      if (status !== 200) throw new Error(`${name}: ${status}`)
      texts.set(name, text)
    }
    return texts
  }).pipe(Effect.provide(LocalDms.layerHttpClient({ dialect })))
