/** A plan that another program carries out: the same folder and report as those of `edfi-perf plan`. */
import { runPlan, type RunTarget } from "edfi-perf/run"
import { Effect } from "effect"

/**
 * @param target `{ _tag: "Dms", address: { baseUrl, key, secret } }`, or `{ _tag: "LocalDms" }`
 * @param plan the path of a YAML file, or `dms-team`
 * @example { answer: "2 of 2 phases completed. ...", states: { few: "completed", many: "completed" } }
 */
export const wholePlan = (target: RunTarget, plan: string, folder: string) =>
  runPlan({ plan, target, folder, settings: { logLevel: "WARNING" } }).pipe(
    Effect.map(({ journal, report }) => ({
      answer: report.answer,
      states: Object.fromEntries(journal.phases.map(({ name, state }) => [name, state]))
    })),
    Effect.catchTag("PlanFolderUnusable", ({ message }) =>
      Effect.succeed({ answer: `not carried out: ${message}`, states: {} })
    )
  )
