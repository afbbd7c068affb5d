/** The load of a run, before it is sent. */
import { peakOf } from "../domain/Stages.ts"
import type { LoadPlan } from "../engine/LoadPlan.ts"
import { figure, plural, rateText } from "../result/numberFormat.ts"
import type { Preview } from "./measuringCommand.ts"

/** @example "10 users", "up to 50 users", "up to 20/s" */
const loadText = (plan: LoadPlan): string => {
  switch (plan._tag) {
    case "Users":
      return [
        plural(plan.users, "user"),
        ...(plan.records === undefined ? [] : [plural(plan.records, "record")])
      ].join(", ")
    case "StagedUsers":
      return `up to ${plural(peakOf(plan.users), "user")}`
    case "Arrivals":
      return `up to ${rateText(peakOf(plan.arrivals))}`
  }
}

const plannedSeconds = (plan: LoadPlan): number | null => {
  const { runMillis, warmUpMillis = 0 } = plan
  const isTimed = Number.isFinite(runMillis) && !(plan._tag === "Users" && plan.records !== undefined)
  return isTimed ? (runMillis + warmUpMillis) / 1000 : null
}

const warmUpText = ({ warmUpMillis = 0 }: LoadPlan): string =>
  warmUpMillis === 0 ? "" : `, ${figure(warmUpMillis / 1000)} s of warm-up`

export const previewOf = (plan: LoadPlan): Preview => ({
  load: loadText(plan) + warmUpText(plan),
  seconds: plannedSeconds(plan),
  isUpperBound: false
})
