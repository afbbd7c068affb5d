/** Everything about a run that is no chart. */
import type { ComponentChildren } from "preact"
import { generatorLimits, lateStartMillis } from "../metrics/GeneratorHealth.ts"
import type { Figures } from "../report/Figures.ts"
import type { RunState } from "../report/Summary.ts"
import { figure, latencyNote } from "../report/text.ts"
import { type FailureRow, groupFailures } from "./failures.ts"
import { bytes, noValue, percent, plural, verdictValue, withUnit } from "./format.ts"
import { Scroll } from "./Scroll.tsx"

interface Shown {
  readonly run: RunState
}

const Section = ({
  children,
  id,
  title
}: {
  readonly id: string
  readonly title: string
  readonly children: ComponentChildren
}) => (
  <section aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    {children}
  </section>
)

const Heads = ({ names }: { readonly names: ReadonlyArray<string> }) => (
  <>
    {names.map((name) => (
      <th scope="col">{name}</th>
    ))}
  </>
)

export const Thresholds = ({ run: { thresholds } }: Shown) =>
  thresholds.length === 0 ? null : (
    <Section id="thresholds" title="Thresholds">
      <Scroll caption={`${thresholds.filter(({ passed }) => passed).length} of ${thresholds.length} kept`}>
        <thead>
          <tr>
            <th scope="col">threshold</th>
            <Heads names={["measured", "verdict"]} />
          </tr>
        </thead>
        <tbody>
          {thresholds.map((verdict) => (
            <tr>
              <th scope="row">
                <code>{verdict.expression}</code>
              </th>
              <td>{verdictValue(verdict)}</td>
              <td class={verdict.passed ? "good" : "bad"}>{verdict.passed ? "✓ kept" : "✗ not kept"}</td>
            </tr>
          ))}
        </tbody>
      </Scroll>
    </Section>
  )

/** A row of figures: those of one name, or of all requests. */
export interface NamedFigures extends Figures {
  readonly name: string
  readonly method?: string
}

const RowHead = ({ method, name }: NamedFigures) => (
  <th scope="row">
    {method === undefined || method === "" ? null : <span class="method">{method} </span>}
    {name}
  </th>
)

const countsOf = ({ bytes: size, operations, requests }: Figures): ReadonlyArray<string> => [
  figure(requests.total),
  figure(requests.failed),
  figure(requests.perSecond),
  figure(operations.perSecond),
  figure(operations.succeeded),
  figure(operations.byOp.create),
  figure(operations.byOp.update),
  figure(operations.byOp.delete),
  figure(operations.rolledBack),
  figure(operations.refused),
  figure(operations.unknown),
  bytes(size.sent),
  bytes(size.received)
]

const latenciesOf = ({ latencyMs, requests }: Figures): ReadonlyArray<string> =>
  [
    latencyMs.min,
    latencyMs.mean,
    latencyMs.p50,
    latencyMs.p90,
    latencyMs.p95,
    latencyMs.p99,
    latencyMs.p999,
    latencyMs.max
  ].map((value) => (requests.total === 0 ? noValue : figure(value)))

const Body = ({
  cells,
  rows
}: {
  readonly rows: ReadonlyArray<NamedFigures>
  readonly cells: (row: Figures) => ReadonlyArray<string>
}) => (
  <tbody>
    {rows.map((row, i) => (
      <tr class={i === rows.length - 1 ? "total" : ""}>
        <RowHead {...row} />
        {cells(row).map((cell) => (
          <td>{cell}</td>
        ))}
      </tr>
    ))}
  </tbody>
)

export const ByName = ({ run }: Shown) => {
  const rows: ReadonlyArray<NamedFigures> = [...run.byName, { ...run, name: "total" }]
  return (
    <Section id="by-name" title="Requests by name">
      <Scroll caption="Requests and the operations in them">
        <colgroup />
        <colgroup span={3} />
        <colgroup span={8} />
        <colgroup span={2} />
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              request
            </th>
            <th scope="colgroup" colSpan={3}>
              requests
            </th>
            <th scope="colgroup" colSpan={8}>
              operations
            </th>
            <th scope="colgroup" colSpan={2}>
              bytes
            </th>
          </tr>
          <tr>
            <Heads
              names={[
                "sent",
                "failed",
                "per second",
                "per second",
                "confirmed",
                "created",
                "updated",
                "deleted",
                "rolled back",
                "refused",
                "unknown",
                "sent",
                "received"
              ]}
            />
          </tr>
        </thead>
        <Body rows={rows} cells={countsOf} />
      </Scroll>
      <Scroll caption="Latency in ms">
        <thead>
          <tr>
            <th scope="col">request</th>
            <Heads names={["least", "mean", "p50", "p90", "p95", "p99", "p99.9", "most"]} />
          </tr>
        </thead>
        <Body rows={rows} cells={latenciesOf} />
      </Scroll>
      <p class="note">{latencyNote}</p>
    </Section>
  )
}

const kinds: Record<FailureRow["kind"], string> = {
  rolledBack: "rolled back",
  refused: "refused",
  transport: "no verdict"
}

const Names = ({ names }: { readonly names: ReadonlyArray<string> }) => (
  <td class="text">{names.join(", ")}</td>
)

const Example = ({ example }: { readonly example: string }) => <td class="text example">{example}</td>

export const Failures = ({ run }: Shown) => {
  const { answered, transport } = groupFailures(run.failures)
  const share = (count: number) => percent(run.requests.total === 0 ? 0 : count / run.requests.total)
  return (
    <Section id="failures" title="Failures">
      {run.failures.length === 0 ? <p class="nothing">No request failed.</p> : null}
      {answered.length === 0 ? null : (
        <Scroll caption="What the server said no to; nothing of these batches was written" class="failures">
          <thead>
            <tr>
              <Heads
                names={[
                  "failed requests",
                  "of all",
                  "operation",
                  "resource",
                  "index",
                  "status",
                  "verdict",
                  "problem type",
                  "example",
                  "in requests"
                ]}
              />
            </tr>
          </thead>
          <tbody>
            {answered.map(({ count, example, index, kind, names, op, problemType, resource, status }) => (
              <tr>
                <td>{figure(count)}</td>
                <td>{share(count)}</td>
                <td class="text">{op ?? "whole batch"}</td>
                <td class="text">{resource ?? noValue}</td>
                <td>{index ?? noValue}</td>
                <td>{status ?? noValue}</td>
                <td class="text">{kinds[kind]}</td>
                <td class="text type">{problemType ?? noValue}</td>
                <Example example={example} />
                <Names names={names} />
              </tr>
            ))}
          </tbody>
        </Scroll>
      )}
      {transport.length === 0 ? null : (
        <Scroll caption="No verdict came back; these batches may have been committed" class="failures">
          <thead>
            <tr>
              <Heads
                names={["failed requests", "of all", "broke off at", "status", "example", "in requests"]}
              />
            </tr>
          </thead>
          <tbody>
            {transport.map(({ count, example, names, problemType, status }) => (
              <tr>
                <td>{figure(count)}</td>
                <td>{share(count)}</td>
                <td class="text type">{problemType ?? noValue}</td>
                <td>{status ?? noValue}</td>
                <Example example={example} />
                <Names names={names} />
              </tr>
            ))}
          </tbody>
        </Scroll>
      )}
    </Section>
  )
}

/** What became of everything that was sent. */
export const Outcomes = ({ run: { operations } }: Shown) => {
  const { byOp, refused, rolledBack, unknown } = operations
  const rows = [
    { name: "created", count: byOp.create, tone: "good", note: "confirmed one by one" },
    { name: "updated", count: byOp.update, tone: "good", note: "confirmed one by one" },
    { name: "deleted", count: byOp.delete, tone: "good", note: "confirmed one by one" },
    {
      name: "rolled back",
      count: rolledBack,
      tone: "bad",
      note: "with the operation of their batch that failed"
    },
    { name: "refused", count: refused, tone: "bad", note: "before any ran, or never reached the server" },
    {
      name: "unknown",
      count: unknown,
      tone: "bad",
      note: "no verdict came back: they may have been committed"
    }
  ]
  const sent = rows.reduce((sum, { count }) => sum + count, 0)
  return (
    <Section id="outcomes" title="What became of the operations">
      <Scroll caption={`${plural(sent, "operation")} sent`} class="outcomes">
        <thead>
          <tr>
            <th scope="col">outcome</th>
            <Heads names={["operations", "share"]} />
            <th scope="col" class="text">
              meaning
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ count, name, note, tone }) => (
            <tr>
              <th scope="row">{name}</th>
              <td>{figure(count)}</td>
              <td class="share">
                {percent(sent === 0 ? 0 : count / sent)}
                <svg class={`bar ${tone}`} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                  <rect width={sent === 0 ? 0 : (100 * count) / sent} height="4" />
                </svg>
              </td>
              <td class="text">{note}</td>
            </tr>
          ))}
        </tbody>
      </Scroll>
    </Section>
  )
}

export const Generator = ({ run: { generator, starts } }: Shown) => {
  const { busyShare, loopDelayP99Millis } = generatorLimits
  return (
    <Section id="generator" title="Load generator">
      {generator === null ? (
        <p class="nothing">It was not observed.</p>
      ) : (
        <>
          <p class={generator.limited ? "bad" : "good"}>
            {generator.limited
              ? `✗ It was the bottleneck: ${generator.reasons.join("; ")}.`
              : `✓ It was not the bottleneck: busy for more than ${percent(busyShare)} of a second, or late by more than ${withUnit(loopDelayP99Millis, "ms")}, in at most a tenth of its time.`}
          </p>
          <dl class="facts">
            <Fact name="Busiest event loop">
              {percent(generator.busy.mean)} of the time, {percent(generator.busy.max)} in the worst second
            </Fact>
            <Fact name="CPU of the process">
              {withUnit(generator.cpuCores.mean, "cores")}, {withUnit(generator.cpuCores.max, "cores")} in the
              worst second
            </Fact>
            <Fact name="Event loop late by">
              p50 {withUnit(generator.loopDelayMs.p50, "ms")}, p99 {withUnit(generator.loopDelayMs.p99, "ms")}
              , most {withUnit(generator.loopDelayMs.max, "ms")}
            </Fact>
            <Fact name="Garbage collection">
              {plural(generator.gcPauses.count, "pause")}, {withUnit(generator.gcPauses.totalMs, "ms")} in
              all, the longest {withUnit(generator.gcPauses.maxMs, "ms")}
            </Fact>
            <Fact name="Memory">{bytes(generator.rssBytes)} resident at most</Fact>
            <Fact name="Sockets">{figure(generator.openSockets)} open at most</Fact>
            <Fact name="Late iterations">
              {figure(starts.late)} of {figure(starts.timed)} began more than{" "}
              {withUnit(lateStartMillis, "ms")} after their time, the latest{" "}
              {withUnit(starts.maxLateMs, "ms")}
            </Fact>
          </dl>
        </>
      )}
    </Section>
  )
}

const Fact = ({ children, name }: { readonly name: string; readonly children: ComponentChildren }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

/** Units of the settings that are numbers and have one that their name does not end with. */
const units: Readonly<Record<string, string>> = {
  clientCount: "users",
  spawnRate: "users per second",
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
      name === "scenarios" ? `${key} (${plural(number, "triple")} per batch)` : `${key} ${number}`
    )
    .join(", ")
}

export const Configuration = ({ run: { config } }: Shown) => (
  <Section id="configuration" title="Configuration">
    <dl class="facts config">
      {Object.entries(config).map(([name, value]) => (
        <Fact key={name} name={name}>
          {configText(name, value)}
        </Fact>
      ))}
    </dl>
  </Section>
)

/** What the names of our files end with, and what is in them. */
const contents: ReadonlyArray<readonly [string, string]> = [
  ["report.html", "this page, with all of its data"],
  ["summary.json", "everything on this page, for programs"],
  ["_stats.csv", "Locust's columns, a row for each request name"],
  ["_stats_history.csv", "the same, once a second"],
  ["_failures.csv", "a row for each kind of failure"],
  ["_exceptions.csv", "defects of the load generator"]
]

export const Downloads = ({
  files,
  folder
}: {
  readonly files: ReadonlyArray<string>
  readonly folder: string
}) =>
  files.length === 0 ? null : (
    <Section id="files" title="Files">
      <ul class="files">
        {files.map((name) => (
          <li key={name}>
            <a href={`${folder}${encodeURIComponent(name)}`} download={folder === "" ? undefined : name}>
              {name}
            </a>{" "}
            <span class="note">{contents.find(([ending]) => name.endsWith(ending))?.[1]}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
