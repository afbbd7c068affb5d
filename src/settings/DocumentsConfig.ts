/** The settings of `documents`. */
import type * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { oneOf, whole, Words } from "./flagSchemas.ts"
import { type GivenSettings, readSettings, tableOf, unlessWrong } from "./readSettings.ts"
import { RunSettings, secret } from "./RunSettings.ts"
import { setting } from "./Setting.ts"
import { specificationSettings, specificationSource } from "./SpecificationSource.ts"
import type { WrongSettings } from "./WrongSettings.ts"

const { ignoreCertificateErrors, localEducationOrganizationId, logLevel, schoolYear } = RunSettings.fields
const { baseUrl, route, spec } = specificationSettings

const extents = ["minimal", "full"] as const
const parentKinds = ["new", "pooled"] as const
const companionUses = ["never", "always"] as const
const formats = ["text", "json"] as const

const unlessFiles = "required unless --spec"

const choice = <const Values extends readonly [string, ...Array<string>]>(values: Values, help: string) =>
  setting(oneOf(...values), {
    group: "scenarios",
    accepts: values.join(" or "),
    values,
    fallback: values[0],
    help
  })

const DocumentsSettings = Schema.Struct({
  baseUrl,
  key: secret("k", "PERF_API_KEY", unlessFiles, "Client key that may read descriptors"),
  secret: secret("s", "PERF_API_SECRET", unlessFiles, "Client secret; safer in its variable"),
  ignoreCertificateErrors,
  route,
  spec,
  resources: setting(Words, {
    group: "scenarios",
    kind: "list",
    accepts: "resources such as students or tpdm/candidates, comma-separated, or all",
    fallback: "all",
    help: "Resources: students,tpdm/candidates, or all"
  }),
  count: setting(whole(1, 1000), {
    group: "scenarios",
    accepts: "a whole number from 1 to 1000",
    fallback: "1",
    help: "Records of each resource"
  }),
  document: choice(extents, "Required members, or all that close no circle"),
  parents: choice(parentKinds, "New parents for each record, or from a pool"),
  companions: choice(companionUses, "Associations that people need for updates"),
  localEducationOrganizationId,
  schoolYear,
  output: setting(oneOf(...formats), {
    group: "output",
    accepts: formats.join(" or "),
    values: formats,
    fallback: "text",
    help: "One JSON document per line, or one JSON array"
  }),
  logLevel
})
interface DocumentsSettings extends Schema.Schema.Type<typeof DocumentsSettings> {}

const table = tableOf(DocumentsSettings)

/** Every setting of `documents`, in the order of the table. */
export const documentsSettings = table.settings

/** How the values of descriptors are read from a server. */
export interface Login {
  readonly baseUrl: string
  readonly key: Redacted.Redacted
  readonly secret: Redacted.Redacted
}

/** Where the documents are made from: descriptor values of files are made up. */
export type DocumentsSource =
  | { readonly _tag: "Files"; readonly paths: ReadonlyArray<string> }
  | { readonly _tag: "Server"; readonly login: Login }

export interface DocumentsConfig extends Omit<DocumentsSettings, "baseUrl" | "key" | "secret" | "spec"> {
  readonly from: DocumentsSource
}

/** Fails with every wrong setting. */
export const decodeDocuments = (given: GivenSettings): Either.Either<DocumentsConfig, WrongSettings> => {
  const { problems, report, settings } = readSettings(table, given)
  const { baseUrl: address, key, secret: clientSecret, spec: files, ...others } = settings
  const source = specificationSource({ baseUrl: address, spec: files }, given, report)
  const needsLogin = source._tag === "Server"
  if (needsLogin && key === undefined) report("key", "set --key or PERF_API_KEY, or name files with --spec")
  if (needsLogin && clientSecret === undefined)
    report("secret", "set --secret or PERF_API_SECRET, or name files with --spec")
  const from: DocumentsSource =
    source._tag === "Server" && key !== undefined && clientSecret !== undefined
      ? { _tag: "Server", login: { baseUrl: source.baseUrl, key, secret: clientSecret } }
      : { _tag: "Files", paths: files }
  return unlessWrong(problems(), () => ({ ...others, from }))
}
