/** The settings of `resources`. */
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { BaseUrl, Words } from "./flagSchemas.ts"
import { describeWay, type GivenSettings, readSettings, tableOf, unlessWrong } from "./readSettings.ts"
import { onOff, RunSettings } from "./RunSettings.ts"
import { optionalSetting, setting } from "./Setting.ts"
import type { WrongSettings } from "./WrongSettings.ts"

const { ignoreCertificateErrors, logLevel } = RunSettings.fields

const ResourcesSettings = Schema.Struct({
  baseUrl: optionalSetting(BaseUrl, {
    group: "target",
    alias: "b",
    variable: "PERF_API_BASEURL",
    accepts: "an http or https URL such as http://localhost:8080, without a query and a fragment",
    defaultText: "required unless --spec",
    help: "Root URL of the server"
  }),
  ignoreCertificateErrors,
  spec: setting(Words, {
    group: "target",
    kind: "list",
    accepts: "OpenAPI documents as files, repeated or comma-separated",
    fallback: "",
    defaultText: "none",
    help: "OpenAPI documents in files, with that of descriptors; no server"
  }),
  json: onOff("output", "Print JSON instead of a table"),
  logLevel
})
interface ResourcesSettings extends Schema.Schema.Type<typeof ResourcesSettings> {}

const table = tableOf(ResourcesSettings)

/** Every setting of `resources`, in the order of the table. */
export const resourcesSettings = table.settings

/** Where the documents are. */
export type SpecificationSource =
  | { readonly _tag: "Files"; readonly paths: ReadonlyArray<string> }
  | { readonly _tag: "Server"; readonly baseUrl: string }

export interface ResourcesConfig extends Pick<
  ResourcesSettings,
  "ignoreCertificateErrors" | "json" | "logLevel"
> {
  readonly from: SpecificationSource
}

/** Fails with every wrong setting. A server of a variable counts only without files. */
export const decodeResources = (given: GivenSettings): Either.Either<ResourcesConfig, WrongSettings> => {
  const { problems, report, settings } = readSettings(table, given)
  const { baseUrl, spec, ...others } = settings
  if (spec.length > 0 && given["baseUrl"]?.from === "flag") {
    report("baseUrl", "cannot be combined with --spec", describeWay)
  }
  if (spec.length === 0 && baseUrl === undefined) {
    report("baseUrl", "set --baseUrl or PERF_API_BASEURL, or name files with --spec")
  }
  const from: SpecificationSource =
    spec.length > 0 || baseUrl === undefined ? { _tag: "Files", paths: spec } : { _tag: "Server", baseUrl }
  return unlessWrong(problems(), () => ({ ...others, from }))
}
