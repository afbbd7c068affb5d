/** Carries out a plan for another program. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import { SharedConnection } from "../run/Connection.ts"
import { withOneLocalDms } from "../run/localDmsProcess.ts"
import { type RunTarget, serverOf } from "../run/RunSpec.ts"
import { decodePlanConfig, type PlanSettingName } from "../settings/PlanConfig.ts"
import type { GivenSettings } from "../settings/readSettings.ts"
import { carryOutPlan } from "./carryOutPlan.ts"
import { readPlan } from "./readPlan.ts"

export interface PlanOptions {
  /** The path of a YAML file, or the name of a plan that comes with the program: `dms-team`, `quick`. */
  readonly plan: string
  readonly target: RunTarget
  /** The folder of the plan: journal, report, and a folder for each phase. */
  readonly folder: string
  /** Continues what an earlier one left in the folder, as `--resume` does. */
  readonly resume?: boolean
  /**
   * Other settings of `edfi-perf plan`, by the names and with the texts of its flags; variables are not read.
   *
   * @example { databaseUrl: Redacted.make("postgres://..."), watch: "name:dotnet", workers: "2" }
   */
  readonly settings?: Readonly<Partial<Record<PlanSettingName, string | Redacted.Redacted>>>
}

const textsOf = ({ folder, resume = false, settings, target }: PlanOptions) => {
  const server = serverOf(target)
  const { baseUrl, key, secret } = server._tag === "Dms" ? server.address : {}
  return {
    ...settings,
    ...(server._tag === "Dms" ? { baseUrl, key, secret } : { local: "true" }),
    output: folder,
    resume: String(resume)
  }
}

const givenOf = (options: PlanOptions): GivenSettings =>
  Object.fromEntries(
    Object.entries(textsOf(options)).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, { value, from: "flag" as const }]]
    )
  )

/**
 * Carries out a plan as `edfi-perf plan` does: the same checks, the same folder, the same report. What its phases print goes to
 * the `Console`. An interrupt ends the phase that is running, and the report is written all the same. A phase that fails is no
 * error: its state is in the journal.
 *
 * @throws WrongSettings with every wrong value of the file, with line and column, before anything is sent
 * @throws PlanFolderUnusable the folder has results of another plan, or none that `resume` could continue
 * @throws DmsUnreachable, LoginRefused and others that `openConnection` has: nothing was measured
 * @example runPlan({ plan: "quick", target: { _tag: "LocalDms" }, folder: "out/quick" })
 */
export const runPlan = (options: PlanOptions) =>
  withOneLocalDms(
    Effect.gen(function* () {
      const config = yield* decodePlanConfig(givenOf(options), [options.plan])
      return yield* carryOutPlan({ config, plan: yield* readPlan(config) })
    })
  ).pipe(
    Effect.provideService(
      SharedConnection,
      options.target._tag === "Connected" ? Option.some(options.target.connection) : Option.none()
    )
  )
