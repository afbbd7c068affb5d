/** Batch sizes side by side: which one is large enough, and on what evidence. */
import { useMemo } from "preact/hooks"
import { failureRatio } from "../result/Figures.ts"
import type { Sweep, SweepPoint } from "../result/Sweep.ts"
import { closedModelNote } from "../result/sentences.ts"
import { figure, plural } from "../result/numberFormat.ts"
import { noValue, percent, plain } from "./format.ts"
import { Heads, Section } from "./parts.tsx"
import { Scroll } from "./Scroll.tsx"
import { SignMark } from "./SignMark.tsx"
import { Slices } from "./Slices.tsx"
import { Study } from "./Study.tsx"
import { clientCountsOf, signOf, sweepCharts } from "./sweepCharts.ts"
import { Tile } from "./Tile.tsx"

interface Shown {
  readonly sweep: Sweep
}

const kneeOf = ({ knees }: Sweep, clientCount: number) =>
  knees.find((knee) => knee.clientCount === clientCount)

const Tiles = ({ sweep }: Shown) => {
  const { points } = sweep
  const measured = points.filter(({ outcome }) => outcome === "measured").length
  const others = points.length - measured
  return (
    <>
      {clientCountsOf(sweep).map((clientCount) => {
        const knee = kneeOf(sweep, clientCount)
        return (
          <Tile
            key={clientCount}
            label={`Knee, ${plural(clientCount, "user")}`}
            tone="main"
            value={knee === undefined ? noValue : figure(knee.batchTripleCount)}
            unit="triples"
          >
            {knee === undefined
              ? "no size can be recommended"
              : `${figure(knee.operationsPerSecond)} operations/s, ${percent(Number(knee.shareOfBest.toFixed(3)))} of the best`}
          </Tile>
        )
      })}
      <Tile label="Points" value={figure(points.length)}>
        {others === 0 ? "all measured" : `${figure(measured)} measured, ${figure(others)} with a remark`}
      </Tile>
      <Tile label="Slices" value={figure(points.reduce((sum, { slices }) => sum + slices.length, 0))}>
        in an order shuffled by the seed
      </Tile>
    </>
  )
}

const Evidence = ({ sweep: { knees } }: Shown) =>
  knees.length === 0 ? null : (
    <Section id="evidence" title="Why these sizes">
      <dl class="facts">
        {knees.map(({ clientCount, evidence }) => (
          <div>
            <dt>{plural(clientCount, "user")}</dt>
            <dd>{evidence}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )

const Row = ({ best, point, sweep }: Shown & { readonly best: number; readonly point: SweepPoint }) => {
  const { batchTripleCount, figures, note, operationsPerSecond: rate } = point
  const sign = signOf(sweep, point)
  const latency = figures?.latencyMs
  return (
    <tr class={sign?.word === "knee" ? "chosen" : ""}>
      <th scope="row">
        {figure(batchTripleCount)}{" "}
        {sign === undefined ? null : (
          <span class="sign-word">
            <SignMark shape={sign.shape} /> {sign.word}
          </span>
        )}
      </th>
      <td>{plain(rate?.median)}</td>
      <td>{rate === null ? noValue : `${figure(rate.min)} to ${figure(rate.max)}`}</td>
      <td>{rate === null || best === 0 ? noValue : percent(Number((rate.median / best).toFixed(3)))}</td>
      <td>{plain(figures?.requests.perSecond)}</td>
      <td>{plain(latency?.p50)}</td>
      <td>{plain(latency?.p95)}</td>
      <td>{plain(latency?.p99)}</td>
      <td>{percent(figures && failureRatio(figures.requests))}</td>
      <td class="text remarks">{note} </td>
    </tr>
  )
}

const Points = ({ sweep }: Shown) => (
  <Section id="points" title="Batch sizes">
    {clientCountsOf(sweep).map((clientCount) => {
      const points = sweep.points.filter((point) => point.clientCount === clientCount)
      const best = kneeOf(sweep, clientCount)?.best.operationsPerSecond ?? 0
      return (
        <Scroll key={clientCount} caption={plural(clientCount, "user")}>
          <thead>
            <tr>
              <th scope="col">triples per batch</th>
              <Heads
                names={[
                  "operations/s",
                  "over its slices",
                  "of the best",
                  "requests/s",
                  "p50 ms",
                  "p95 ms",
                  "p99 ms",
                  "failed",
                  "remarks"
                ]}
                texts={["remarks"]}
              />
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <Row key={point.batchTripleCount} sweep={sweep} point={point} best={best} />
            ))}
          </tbody>
        </Scroll>
      )
    })}
    <p class="note">
      The knee is the smallest batch within 5 % of the best one. What the load generator limited says nothing
      of the server and is never recommended. Operations per second are the median of the slices of a point.
    </p>
    <p class="note">{closedModelNote}</p>
  </Section>
)

export const SweepPage = ({ sweep }: Shown) => {
  const drawings = useMemo(() => sweepCharts(sweep), [sweep])
  const slices = sweep.points.flatMap(({ batchTripleCount, clientCount, slices }) =>
    slices.map((slice) => ({ slice, what: [figure(clientCount), figure(batchTripleCount)] }))
  )
  return (
    <Study name="sweep" study={sweep} drawings={drawings} tiles={<Tiles sweep={sweep} />}>
      <Evidence sweep={sweep} />
      <Points sweep={sweep} />
      <Slices heads={["users", "triples"]} slices={slices} />
    </Study>
  )
}
