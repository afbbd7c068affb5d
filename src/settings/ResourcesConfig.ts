/** The settings of `resources`. */
import type * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { type GivenSettings, readSettings, tableOf, unlessWrong } from "./readSettings.ts"
import { onOff } from "./onOff.ts"
import { RunSettings } from "./RunSettings.ts"
import {
  specificationSettings,
  type SpecificationSource,
  specificationSource
} from "./SpecificationSource.ts"
import type { WrongSettings } from "./WrongSettings.ts"

const { ignoreCertificateErrors, logLevel } = RunSettings.fields
const { baseUrl, route, spec } = specificationSettings

const ResourcesSettings = Schema.Struct({
  baseUrl,
  ignoreCertificateErrors,
  route,
  spec,
  json: onOff("output", "Print JSON instead of a table"),
  logLevel
})
interface ResourcesSettings extends Schema.Schema.Type<typeof ResourcesSettings> {}

const table = tableOf(ResourcesSettings)

/** Every setting of `resources`, in the order of the table. */
export const resourcesSettings = table.settings

export interface ResourcesConfig extends Pick<
  ResourcesSettings,
  "ignoreCertificateErrors" | "json" | "logLevel" | "route"
> {
  readonly from: SpecificationSource
}

/** Fails with every wrong setting. */
export const decodeResources = (given: GivenSettings): Either.Either<ResourcesConfig, WrongSettings> => {
  const { problems, report, settings } = readSettings(table, given)
  const { ignoreCertificateErrors, json, logLevel, route } = settings
  const from = specificationSource(settings, given, report)
  return unlessWrong(problems(), () => ({ from, ignoreCertificateErrors, json, logLevel, route }))
}
