/** Which experiment would tell more: rules over the reports of phases, each with its reason. */
import { listed } from "../domain/words.ts"
import type { Limit } from "../result/Limit.ts"
import type { NextExperiment, PhaseReport } from "../result/PlanReport.ts"

/** What the rules know. */
interface Known {
  readonly phases: ReadonlyArray<PhaseReport>
  readonly isLocal: boolean
}

const named = (phases: ReadonlyArray<PhaseReport>): string =>
  `phase${phases.length === 1 ? "" : "s"} ${listed(phases.map(({ name }) => name))}`

const having = (phases: ReadonlyArray<PhaseReport>, ...kinds: ReadonlyArray<Limit["kind"]>) =>
  phases.filter(({ limits }) => limits.some(({ kind }) => kinds.includes(kind)))

const hasMeasured = ({ rows }: PhaseReport): boolean => rows.some(({ requests }) => requests > 0)

/** The mark of the last of several rows says that the largest load was the best one. */
const bestIsLast = ({ command, rows }: PhaseReport): boolean =>
  command === "sweep" && rows.length > 1 && rows.at(-1)?.marked === "peak"

const endedAtMaximum = ({ search }: PhaseReport): boolean =>
  search?.knee._tag === "NotReached" && search.knee.good === search.maximum

const maximumFlags = (phases: ReadonlyArray<PhaseReport>): string => {
  const raised = new Set(phases.map(({ search }) => search?.raised))
  return [...(raised.has("users") ? ["maxUsers"] : []), ...(raised.has("rate") ? ["maxRate"] : [])].join(
    " or "
  )
}

/** One user is the lowest load. */
const kneeIsFirst = ({ search }: PhaseReport): boolean =>
  search !== null &&
  (search.raised === "rate" || search.first > 1) &&
  (search.firstBroke || (search.knee._tag === "Knee" && search.knee.good === search.first))

const needsSoak = ({ search }: PhaseReport): boolean => search?.knee._tag === "Knee" && !search.soaked

type Rule = (known: Known) => ReadonlyArray<NextExperiment>

const forPhases = (
  phases: ReadonlyArray<PhaseReport>,
  make: (phases: string) => NextExperiment
): ReadonlyArray<NextExperiment> => (phases.length === 0 ? [] : [make(named(phases))])

/** The most important first: what makes figures false, then what is missing, then what is next. */
const rules: ReadonlyArray<Rule> = [
  ({ phases }) =>
    forPhases(
      phases.filter(({ state }) => state === "interrupted" || state === "skipped" || state === "running"),
      (which) => ({
        experiment: `Continue with --resume: ${which}.`,
        reason: "They were not measured, or not to their end."
      })
    ),
  ({ phases }) =>
    forPhases(having(phases, "generator"), (which) => ({
      experiment: `Measure ${which} again with more --workers, or from a machine with more processors.`,
      reason: "The load generator was the bottleneck: the figures describe it and not the server."
    })),
  ({ phases }) =>
    forPhases(having(phases, "machine"), (which) => ({
      experiment: `Measure ${which} again with the load generator on a machine of its own.`,
      reason: "Other programs had the processors, often the server and its database."
    })),
  ({ phases }) =>
    forPhases(having(phases, "failures"), (which) => ({
      experiment: `Find the cause of the failures first: ${which}, with run --runInDebugMode.`,
      reason:
        "More than 1 % of the requests failed, and the rates of a server that refuses work are not comparable."
    })),
  ({ phases }) =>
    forPhases(having(phases, "locks"), (which) => ({
      experiment: `Measure ${which} again while nothing else uses the database.`,
      reason: "Sessions held locks for a long time: the figures are those of a server that waited."
    })),
  ({ phases }) =>
    forPhases(having(phases, "drift"), (which) => ({
      experiment: `Restart the server, keep its database, and measure ${which} again.`,
      reason: "If it starts as fast as before, its process is the cause of the drift, otherwise its data."
    })),
  ({ phases }) =>
    forPhases(having(phases, "memory"), (which) => ({
      experiment: `Measure ${which} again for twice as long, and compare memory dumps of its beginning and its end.`,
      reason:
        "Memory grew to the end: a longer run shows whether it has a limit, and the dumps what keeps it."
    })),
  ({ phases }) =>
    forPhases(phases.filter(bestIsLast), (which) => ({
      experiment: `Measure ${which} with more users.`,
      reason: "The largest number of users had the highest throughput: the knee is beyond it."
    })),
  ({ phases }) =>
    forPhases(phases.filter(endedAtMaximum), (which) => ({
      experiment: `Measure ${which} with a higher ${maximumFlags(phases.filter(endedAtMaximum))}.`,
      reason: "The highest load that was allowed was still good: the knee is beyond it."
    })),
  ({ phases }) =>
    forPhases(phases.filter(kneeIsFirst), (which) => ({
      experiment: `Measure ${which} from a lower first load.`,
      reason: "The first load was the knee already or had broken: the highest throughput may be below it."
    })),
  ({ phases }) =>
    // A soak of one phase, often that of the mix, is enough for the plan.
    forPhases(phases.some(({ search }) => search?.soaked) ? [] : phases.filter(needsSoak), (which) => ({
      experiment: `Measure ${which} with soakAfter, such as 60m.`,
      reason: "The knee is known, but not whether the server stays as fast as it is below it."
    })),
  ({ phases }) =>
    forPhases(
      phases.filter((phase) => hasMeasured(phase) && !phase.hasDatabase),
      (which) => ({
        experiment: `Measure ${which} with --databaseUrl.`,
        reason: "Without the statistics of the database it is unknown what the server waits for."
      })
    ),
  ({ phases }) =>
    forPhases(
      phases.filter((phase) => hasMeasured(phase) && phase.processes.length === 0),
      (which) => ({
        experiment: `Measure ${which} with --watch.`,
        reason: "Without the processes of the server it is unknown whether its processors limit it."
      })
    ),
  ({ phases }) =>
    phases.length > 0 && phases.every(({ hasKnee, search }) => !hasKnee && search === null)
      ? [
          {
            experiment: "Add a phase that searches the knee: stress, sweep over clientCount, or capacity.",
            reason: "No phase has raised its load until throughput no longer grew."
          }
        ]
      : [],
  ({ isLocal }) =>
    isLocal
      ? [
          {
            experiment: "Carry out the plan against a real server with --baseUrl.",
            reason: "The figures are those of the local DMS."
          }
        ]
      : []
]

export const nextExperiments = (known: Known): ReadonlyArray<NextExperiment> =>
  rules.flatMap((rule) => rule(known))
