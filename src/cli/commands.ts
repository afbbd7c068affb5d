/**
 * The table of commands. It holds what help, completions and the check of flags need; the code of a command is loaded
 * when it starts.
 */
import * as Effect from "effect/Effect"
import type * as Either from "effect/Either"
import { faultNames } from "../local-dms/Faults.ts"
import type { ScenarioInfo } from "../engine/Scenario.ts"
import { knownScenarios } from "../scenarios/knownScenarios.ts"
import { type Flags, type GivenSettings, givenOf } from "../settings/readSettings.ts"
import type { NamedSetting } from "../settings/Setting.ts"
import { agentCommandSettings, decodeAgentConfig } from "../settings/AgentConfig.ts"
import { decodePlanConfig, planSettings } from "../settings/PlanConfig.ts"
import { shippedPlans } from "../settings/shippedPlans.ts"
import type { WrongSettings } from "../settings/WrongSettings.ts"
import type { KnownCommand } from "./argv.ts"
import { measuringCommands } from "./measuringCommands.ts"
import { compareSettings, decodeCompare } from "../settings/CompareConfig.ts"
import { decodeLocalDms, localDmsSettings } from "../settings/LocalDmsConfig.ts"
import { decodeDocuments, documentsSettings } from "../settings/DocumentsConfig.ts"
import { decodeResources, resourcesSettings } from "../settings/ResourcesConfig.ts"

export interface CommandInfo extends KnownCommand {
  /** One line for the list of commands. */
  readonly summary: string
  /** Measurements and output, at the top of its own help. */
  readonly description: ReadonlyArray<string>
  /** The names that a flag accepts, as lines of a section of their own in the help. */
  readonly names?: { readonly flag: string; readonly lines: ReadonlyArray<string> }
  /** What it does not do if a setting is wrong: `nothing was sent`. */
  readonly consequence: string
  /** Command lines without `edfi-perf`. */
  readonly examples: ReadonlyArray<string>
  /** Fails with every wrong setting. */
  readonly check: (flags: Flags, operands: ReadonlyArray<string>) => Effect.Effect<unknown, WrongSettings>
}

/** Loads its code and starts it with words as `wordsOf` writes them. */
interface Startable extends CommandInfo {
  readonly start: (words: ReadonlyArray<string>) => Effect.Effect<void, unknown, unknown>
}

/** Completion offers the names of scenarios. */
const withScenarios = (
  settings: ReadonlyArray<NamedSetting>,
  scenarios: ReadonlyArray<ScenarioInfo> = knownScenarios
): ReadonlyArray<NamedSetting> =>
  settings.map((setting) =>
    setting.name === "testList" ? { ...setting, values: scenarios.map(({ name }) => name) } : setting
  )

/** A sweep varies the size of batches or pages, or sends single requests. */
const sweptScenarios = knownScenarios.filter(({ tripleCount }) => typeof tripleCount !== "number")

const checkBy =
  (
    settings: ReadonlyArray<NamedSetting>,
    decode: (given: GivenSettings, operands: ReadonlyArray<string>) => Either.Either<unknown, WrongSettings>
  ): CommandInfo["check"] =>
  (flags, operands) =>
    Effect.flatMap(givenOf(settings, flags), (given) => decode(given, operands))

const scenarioNames = (scenarios: ReadonlyArray<ScenarioInfo>) => {
  const width = Math.max(...scenarios.map(({ name }) => name.length))
  const lines = scenarios.map(
    ({ byDefault, name, testType }) =>
      `${name.padEnd(width)}  ${testType}${byDefault ? "" : ", not by default"}`
  )
  return { flag: "testList", lines }
}

const nothingSent = "nothing was sent"

/** How a command that measures is checked and started. */
const measuring = <E, R>({
  check,
  load,
  settings
}: {
  readonly settings: ReadonlyArray<NamedSetting>
  readonly check: (given: GivenSettings) => Effect.Effect<unknown, WrongSettings>
  readonly load: Effect.Effect<{
    readonly start: (words: ReadonlyArray<string>) => Effect.Effect<void, E, R>
  }>
}) => ({
  settings,
  check: (flags: Flags) => Effect.flatMap(givenOf(settings, flags), check),
  consequence: nothingSent,
  start: (words: ReadonlyArray<string>) => Effect.flatMap(load, ({ start }) => start(words))
})

const run = {
  name: "run",
  ...measuring(measuringCommands.run),
  summary: "Send load and report throughput, latency and failures",
  description: [
    "Sends batches, or single requests, from many virtual users, or at a fixed rate (open model).",
    "Reports operations and requests per second, latency and failures."
  ],
  settings: withScenarios(measuringCommands.run.settings),
  names: scenarioNames(knownScenarios),
  examples: [
    "run --local --runTimeInMinutes 0.5",
    'run -b https://dms.example.org -c 50 -m 10 --threshold "latency.p95 < 500ms"'
  ]
} satisfies Startable

const versus = {
  name: "versus",
  ...measuring(measuringCommands.versus),
  summary: "Measure how much batches gain over single requests",
  description: [
    "Measures single requests and batches of the same records in turn.",
    "Reports operations per second of both, their ratio with its spread, latency and requests saved."
  ],
  examples: ["versus --local", "versus -b https://dms.example.org --resources students,grades -c 20"]
} satisfies Startable

const sweep = {
  name: "sweep",
  ...measuring(measuringCommands.sweep),
  summary: "Find the best size of batches or pages, or number of users",
  description: [
    "Measures several sizes (of batches; with READ, of pages), several numbers of users, or both, in turn.",
    "Reports the smallest size within 5 % of the best, the peak over users, or the best pair."
  ],
  settings: withScenarios(measuringCommands.sweep.settings, sweptScenarios),
  names: scenarioNames(sweptScenarios),
  examples: [
    "sweep --local",
    "sweep -b https://dms.example.org --batchTripleCount 1,10,33",
    "sweep -b https://dms.example.org --batchTripleCount 10 -c 1,2,4,8,16,32",
    "sweep -b https://dms.example.org --testType VOLUME",
    "sweep -b https://dms.example.org --testType READ --pageSize 25,100,500"
  ]
} satisfies Startable

const capacity = {
  name: "capacity",
  ...measuring(measuringCommands.capacity),
  summary: "Find the highest rate that keeps your objectives",
  description: [
    "Searches the highest rate that keeps all objectives (open model), and reports what fails first above it.",
    "Overloads the DMS on purpose, by up to twice its capacity."
  ],
  settings: withScenarios(measuringCommands.capacity.settings, knownScenarios),
  names: scenarioNames(knownScenarios),
  examples: [
    'capacity --local --slo "latency.p95 < 100ms"',
    'capacity -b https://dms.example.org --slo "latency.p95 < 500ms" --maxRate 200/s'
  ]
} satisfies Startable

const stress = {
  name: "stress",
  ...measuring(measuringCommands.stress),
  summary: "Double the load until the knee, and soak below it",
  description: [
    "Doubles users (or the arrival rate) until throughput flattens or falls, latency grows or requests fail.",
    "Reports the knee, what broke beyond it and the scalability law. Overloads the DMS on purpose."
  ],
  settings: withScenarios(measuringCommands.stress.settings, knownScenarios),
  names: scenarioNames(knownScenarios),
  examples: [
    "stress --local",
    "stress -b https://dms.example.org --testType VOLUME --maxUsers 200 --soakAfter 60m",
    "stress -b https://dms.example.org --arrivalRate 5/s"
  ]
} satisfies Startable

const compare = {
  name: "compare",
  summary: "Compare finished runs, and fail on a regression",
  description: [
    "Puts runs side by side: operations and requests per second, latency and failures, with the change."
  ],
  operands: {
    name: "RUN",
    usage: "RUN RUN...",
    help: "two or more, the first is the baseline: the --output folder of a run, a study or (two only) a plan, or\none with *_stats.csv and *_stats_history.csv of Locust; or one of their files"
  },
  settings: compareSettings,
  consequence: "nothing was compared",
  examples: [
    "compare out/before out/after",
    'compare baseline out --failOn "latency.p95 +10%" --failOn "failures.count +0"'
  ],
  check: checkBy(compareSettings, decodeCompare),
  start: (words: ReadonlyArray<string>) =>
    Effect.flatMap(
      Effect.promise(() => import("./compare.ts")),
      ({ compareCommand }) => compareCommand(words)
    )
} satisfies Startable

const plan = {
  name: "plan",
  summary: "Carry out a whole plan of measurements",
  description: [
    "Measures the phases of a YAML file one after the other, in one session and one folder.",
    "Reports throughput, the knee, what limits, how sure that is, and what to measure next."
  ],
  operands: {
    name: "FILE",
    usage: "FILE",
    help: `a YAML file, or a plan that comes with the program: ${shippedPlans.join(", ")}`,
    values: shippedPlans
  },
  settings: planSettings,
  consequence: nothingSent,
  examples: ["plan quick --local", "plan dms-team -b https://dms.example.org --dryRun"],
  check: checkBy(planSettings, decodePlanConfig),
  start: (words: ReadonlyArray<string>) =>
    Effect.flatMap(
      Effect.promise(() => import("./plan.ts")),
      ({ planCommand }) => planCommand(words)
    )
} satisfies Startable

const resources = {
  name: "resources",
  summary: "List the resources that an API offers",
  description: [
    "Reads the OpenAPI documents of a DMS or an ODS/API, from the server or from files. No login, no load.",
    "Lists key, parents and what an update changes for each resource, and why one cannot be tested."
  ],
  settings: resourcesSettings,
  consequence: nothingSent,
  examples: [
    "resources -b https://dms.example.org",
    "resources --spec resources.json --spec descriptors.json --json"
  ],
  check: checkBy(resourcesSettings, decodeResources),
  start: (words: ReadonlyArray<string>) =>
    Effect.flatMap(
      Effect.promise(() => import("./resources.ts")),
      ({ resourcesCommand }) => resourcesCommand(words)
    )
} satisfies Startable

const documents = {
  name: "documents",
  summary: "Print the documents that a load would send",
  description: [
    "Makes documents of any resource from the OpenAPI documents of a server, or of files. No load.",
    "Prints what all records share first, then each record: its parents, the new one, the updated one."
  ],
  settings: documentsSettings,
  consequence: nothingSent,
  examples: [
    "documents -b https://dms.example.org --resources students,tpdm/candidates --document full",
    "documents --spec resources.json,descriptors.json --resources all --output json"
  ],
  check: checkBy(documentsSettings, decodeDocuments),
  start: (words: ReadonlyArray<string>) =>
    Effect.flatMap(
      Effect.promise(() => import("./documents.ts")),
      ({ documentsCommand }) => documentsCommand(words)
    )
} satisfies Startable

const agent = {
  name: "agent",
  summary: "Send load for a coordinator on another machine",
  description: [
    "Joins a coordinator, which is a command with --agents, and sends its share of the load.",
    "It needs the join token of the coordinator, but no address and no login of the DMS."
  ],
  settings: agentCommandSettings,
  consequence: "the agent was not started",
  examples: ["agent --join wss://perf.example.org:7077 --joinTokenFile token --workers 4"],
  check: checkBy(agentCommandSettings, decodeAgentConfig),
  start: (words: ReadonlyArray<string>) =>
    Effect.flatMap(
      Effect.promise(() => import("./agent.ts")),
      ({ agentCommand }) => agentCommand(words)
    )
} satisfies Startable

const localDms = {
  name: "local-dms",
  summary: "Start a local DMS to test against",
  description: [
    "Starts a server that responds as the DMS does, and that injects latency and faults on request.",
    "GET /_local/stats shows its counts, PUT /_local/faults sets faults while it runs."
  ],
  settings: localDmsSettings,
  consequence: "the server was not started",
  names: { flag: "fault", lines: [faultNames.slice(0, 6).join(", "), faultNames.slice(6).join(", ")] },
  examples: [
    "local-dms --port 8080 --latency 20ms",
    "local-dms --fault writeConflict=0.01 --fault stall=1/500 --verbose"
  ],
  check: checkBy(localDmsSettings, decodeLocalDms),
  start: (words: ReadonlyArray<string>) =>
    Effect.flatMap(
      Effect.promise(() => import("./localDms.ts")),
      ({ localDmsCommand }) => localDmsCommand(words)
    )
} satisfies Startable

/** In the order of the help. */
export const commands = [
  run,
  versus,
  sweep,
  capacity,
  stress,
  plan,
  compare,
  resources,
  documents,
  agent,
  localDms
] as const

export type CommandEntry = (typeof commands)[number]
