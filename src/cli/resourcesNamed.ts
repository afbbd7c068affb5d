/** The resources that a flag names. */
import * as Effect from "effect/Effect"
import { chooseResources } from "../schema/chooseResources.ts"
import type { ApiModel } from "../schema/ResourceSchema.ts"
import { sameWord } from "../settings/chooseScenarios.ts"
import { nearest } from "../settings/nearest.ts"
import { SettingProblem, WrongSettings } from "../settings/WrongSettings.ts"

/** Whether a name means many: every resource, or every descriptor. */
export const isAll = (name: string): boolean => sameWord(name, "all") || sameWord(name, "descriptors")

/** Why a name means nothing: the API cannot be read there, or has nothing of that name. */
export const whyUnknown = ({ descriptors, resources, unreadable }: ApiModel, name: string): string => {
  const unread = unreadable.find(({ path }) => path.replace(/^\//, "").toLowerCase() === name.toLowerCase())
  if (unread !== undefined) return `cannot be read: ${unread.detail}`
  const near = nearest(
    name,
    [...resources, ...descriptors].flatMap(({ endpoint, path }) => [endpoint, path])
  )
  const hint = near === undefined ? "edfi-perf resources lists them" : `did you mean ${near}?`
  return `is no resource of the API; ${hint}`
}

/**
 * @param flag `--resources`
 * @returns fails with every name that no resource has
 */
export const resourcesNamed = (model: ApiModel, flag: string, names: ReadonlyArray<string>) => {
  const { chosen, unknown } = chooseResources(model, names)
  const [head, ...tail] = unknown.map(
    (name) => new SettingProblem({ flag, given: `${flag} ${name}`, accepted: whyUnknown(model, name) })
  )
  return head === undefined
    ? Effect.succeed(chosen)
    : Effect.fail(new WrongSettings({ problems: [head, ...tail] }))
}
