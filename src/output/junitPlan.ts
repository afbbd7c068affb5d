/** `junit.xml` of a plan: a suite for each phase, with a case for the phase. */
import type { PhaseReport, PlanReport } from "../result/PlanReport.ts"
import { junitDocument, type Suite } from "./junit.ts"

const failureOf = ({ exitCode, reason, verdict }: PhaseReport) => ({
  type: "phase",
  message: reason ?? verdict ?? `exit code ${exitCode}`,
  details: []
})

const suiteOf = (phase: PhaseReport): Suite => {
  const { command, limits, name, reason, state, verdict } = phase
  const seconds = phase.seconds ?? 0
  const isOpen = state === "pending" || state === "running" || state === "skipped"
  return {
    name,
    seconds,
    cases: [
      {
        name: `${command} completed`,
        seconds,
        ...(isOpen ? { skipped: reason ?? `the phase is ${state}` } : {}),
        ...(state === "failed" || state === "interrupted" ? { failure: failureOf(phase) } : {}),
        notes: [...(verdict === null ? [] : [verdict]), ...limits.map(({ evidence }) => evidence)]
      }
    ]
  }
}

export const junitPlan = (plan: PlanReport): string =>
  junitDocument(
    {
      testType: plan.name,
      startedAt: plan.startedAt,
      elapsedSeconds: plan.phases.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0)
    },
    plan.phases.map(suiteOf)
  )
