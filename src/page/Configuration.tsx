/** The settings of a run. */
import type { RunState } from "../result/Summary.ts"
import { databaseFacts, manifestFacts } from "../result/manifestFacts.ts"
import { plural } from "../result/numberFormat.ts"
import { Fact, Section } from "./Section.tsx"

/** Units of numeric settings. */
const units: Readonly<Record<string, string>> = {
  clientCount: "users",
  spawnRate: "users per second",
  arrivalRate: "iterations per second",
  startWithinSeconds: "s",
  runTimeInMinutes: "min",
  maxBatchOperations: "operations",
  minWait: "ms",
  maxWait: "ms",
  requestTimeoutSeconds: "s",
  gracefulStopSeconds: "s",
  abortDelaySeconds: "s"
}

type Config = RunState["config"]

const configText = (name: string, value: Config[string] | undefined): string => {
  if (typeof value === "boolean") return value ? "yes" : "no"
  if (typeof value === "number") {
    const unit = units[name]
    return unit === undefined ? String(value) : `${value}\u00a0${unit}`
  }
  if (typeof value === "string") return value
  if (Array.isArray(value)) return value.join(", ")
  const entries = Object.entries(value ?? {})
  return entries
    .map(([key, number]) =>
      name === "scenarios" ? `${key} (${plural(number, "record")} per batch)` : `${key} ${number}`
    )
    .join(", ")
}

export const Configuration = ({
  run: { config, manifest = null }
}: {
  readonly run: Pick<RunState, "config"> & Partial<Pick<RunState, "manifest">>
}) => (
  <Section id="configuration" title="Configuration">
    <dl class="facts config">
      {[...manifestFacts(manifest), ...(manifest === null ? [] : databaseFacts(manifest))].map(
        ([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        )
      )}
      {Object.entries(config).map(([name, value]) => (
        <Fact key={name} name={name}>
          {configText(name, value)}
        </Fact>
      ))}
    </dl>
  </Section>
)
