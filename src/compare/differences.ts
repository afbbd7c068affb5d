/** The settings in which runs differ: a comparison of different loads is misleading. */
import type { ComparedRun, Difference } from "../result/Comparison.ts"
import { figure } from "../result/numberFormat.ts"

type Config = NonNullable<ComparedRun["config"]>

/** The settings that decide the load on the server; the others are about the client and the verdict. */
const loadSettings = new Set([
  "testType",
  "model",
  "scenarios",
  "users",
  "clientCount",
  "spawnRate",
  "arrivalRate",
  "stages",
  "startWithinSeconds",
  "runTimeInMinutes",
  "recordCount",
  "warmUpSeconds",
  "ran for (s)",
  "runInDebugMode",
  "minWait",
  "maxWait",
  "connections",
  "retryTransport",
  "wire",
  "deleteResources",
  "failDeliberately",
  "apiPrefix",
  "batchPath",
  "lost agents"
])

/** `{ scenarios: { A: 10 } }` is `scenarios.A: "10"`. */
const texts = (config: Config): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(config).flatMap(([name, value]): ReadonlyArray<readonly [string, string]> => {
      if (typeof value !== "object") return [[name, String(value)]]
      if (Array.isArray(value)) return [[name, value.join(", ")]]
      return Object.entries(value).map(([key, each]) => [`${name}.${key}`, String(each)])
    })
  )

/** Whether there are different known values. */
const differ = (values: Difference["values"]): boolean =>
  new Set(values.filter((value) => value !== null)).size > 1

/** More than 10 %: such runs had different times to warm up or to slow down. */
const lengthsDiffer = (runs: ReadonlyArray<ComparedRun>): boolean => {
  const known = runs.flatMap(({ elapsedSeconds }) => elapsedSeconds ?? [])
  return known.length > 1 && Math.max(...known) > 1.1 * Math.min(...known)
}

/**
 * The settings in which runs differ, those of the load first.
 *
 * @example clientCount 10 and 20 give { setting: "clientCount", values: ["10", "20"], changesLoad: true }
 */
export const differencesOf = (runs: ReadonlyArray<ComparedRun>): ReadonlyArray<Difference> => {
  const configs = runs.map(({ config }) => (config === null ? null : texts(config)))
  const settings = [...new Set(configs.flatMap((config) => [...(config?.keys() ?? [])]))]
  const ofSettings = settings.map((setting) => ({
    setting,
    values: configs.map((config) => (config === null ? null : (config.get(setting) ?? "not given")))
  }))
  // Locust's files have the number of users and the duration, but not the settings.
  const seen = configs.includes(null)
    ? [{ setting: "users", values: runs.map(({ users }) => (users === null ? null : String(users))) }]
    : []
  // How long a number of records takes is the result.
  const isResult = configs.every((config) => config?.has("recordCount") === true)
  const isExplained = ofSettings.some(
    ({ setting, values }) => setting === "runTimeInMinutes" && differ(values)
  )
  const length =
    lengthsDiffer(runs) && !isResult && (configs.includes(null) || !isExplained)
      ? [
          {
            setting: "ran for (s)",
            values: runs.map(({ elapsedSeconds }) =>
              elapsedSeconds === null ? null : figure(elapsedSeconds)
            )
          }
        ]
      : []
  return [
    { setting: "testType", values: runs.map(({ testType }) => testType) },
    { setting: "model", values: runs.map(({ model }) => model) },
    ...seen,
    ...ofSettings,
    ...length,
    {
      setting: "lost agents",
      values: runs.map(({ lostAgents }) => (lostAgents.length === 0 ? "none" : lostAgents.join(", ")))
    }
  ]
    .filter(({ values }) => differ(values))
    .map((row) => ({ ...row, changesLoad: loadSettings.has(row.setting.split(".")[0] ?? "") }))
    .sort((a, b) => Number(b.changesLoad) - Number(a.changesLoad))
}
