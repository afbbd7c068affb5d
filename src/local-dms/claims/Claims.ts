/** What the client of this server may do and see: its claim set, education organizations and namespaces. */
import type * as Effect from "effect/Effect"
import type { Models } from "../DataModel.ts"
import type { Dialect } from "../Dialect.ts"
import type { LocalDmsOptions } from "../LocalDmsOptions.ts"
import { ReachedOrganizations } from "./ReachedOrganizations.ts"
import type { Reached } from "./ReachedOrganizations.ts"
import type { Store, StoreError } from "../Store.ts"

export interface Claims {
  readonly dialect: Dialect
  readonly models: Models
  /** The store through which the server has to write, so that `reached` follows. */
  readonly store: Store["Type"]
  readonly educationOrganizationIds: ReadonlyArray<number>
  readonly namespacePrefixes: ReadonlyArray<string>
  readonly checksRelationships: boolean
  /** The education organizations that the client reaches. */
  readonly reached: Effect.Effect<Reached, StoreError>
}

/** `undefined` if every action is allowed. */
export const makeClaims = (
  options: LocalDmsOptions,
  dialect: Dialect,
  models: Models,
  store: Store["Type"]
): Claims | undefined => {
  if (options.claimSet === "none") return undefined
  const { educationOrganizationIds, namespacePrefixes, relationships } = options
  const organizations = new ReachedOrganizations(store, models, educationOrganizationIds)
  return {
    dialect,
    models,
    store: organizations.store,
    educationOrganizationIds,
    namespacePrefixes,
    checksRelationships: relationships ?? dialect.checksRelationships,
    reached: organizations.ids
  }
}
