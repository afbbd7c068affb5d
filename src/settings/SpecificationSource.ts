/** Where the OpenAPI documents of an API are read. */
import { BaseUrl, Words } from "./flagSchemas.ts"
import { describeWay, type GivenSettings, type ReportProblem } from "./readSettings.ts"
import { RunSettings } from "./RunSettings.ts"
import { optionalSetting, setting } from "./Setting.ts"

export type SpecificationSource =
  | { readonly _tag: "Files"; readonly paths: ReadonlyArray<string> }
  | { readonly _tag: "Server"; readonly baseUrl: string }

export const specificationSettings = {
  baseUrl: optionalSetting(BaseUrl, {
    group: "target",
    alias: "b",
    variable: "PERF_API_BASEURL",
    accepts: "an http or https URL such as http://localhost:8080, without a query and a fragment",
    defaultText: "required unless --spec",
    help: "Root URL of the server"
  }),
  spec: setting(Words, {
    group: "target",
    kind: "list",
    accepts: "OpenAPI documents as files, repeated or comma-separated",
    fallback: "",
    defaultText: "none",
    help: "OpenAPI documents in files, with that of descriptors; no server"
  }),
  route: RunSettings.fields.route
}

/** Files or a server, not both. A server of a variable counts only without files. */
export const specificationSource = (
  { baseUrl, spec }: { readonly baseUrl?: string | undefined; readonly spec: ReadonlyArray<string> },
  given: GivenSettings,
  report: ReportProblem
): SpecificationSource => {
  for (const name of ["baseUrl", "route"]) {
    const isFlag = given[name]?.from === "flag"
    if (spec.length > 0 && isFlag) report(name, "cannot be combined with --spec", describeWay)
  }
  if (spec.length === 0 && baseUrl === undefined) {
    report("baseUrl", "set --baseUrl or PERF_API_BASEURL, or name files with --spec")
  }
  return spec.length > 0 || baseUrl === undefined
    ? { _tag: "Files", paths: spec }
    : { _tag: "Server", baseUrl }
}
