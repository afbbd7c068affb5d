/** What the processes of the server used, beside the load. */
import { useMemo } from "preact/hooks"
import { figure } from "../result/numberFormat.ts"
import type { RunState } from "../result/Summary.ts"
import { ChartGrid, type TimeView } from "./ChartGrid.tsx"
import { bytes, noValue, plain } from "./format.ts"
import { processCharts } from "./processCharts.ts"
import { ScrollTable } from "./ScrollTable.tsx"
import { ColumnHeads, Section } from "./Section.tsx"

type Watched = Pick<RunState, "processes">

const OverTime = ({ processes, ...view }: TimeView & Watched) => {
  const { range } = view
  const charts = useMemo(() => processCharts(processes, range), [processes, range])
  return charts.length === 0 ? null : <ChartGrid charts={charts} logarithmic={false} {...view} />
}

const bytesOrNone = (count: number | null | undefined): string =>
  count === null || count === undefined ? noValue : bytes(count)

/** Nothing without `--watch`. */
export const Processes = ({ processes, ...view }: TimeView & Watched) =>
  processes.length === 0 ? null : (
    <Section id="processes" title="Processes of the server">
      <OverTime processes={processes} {...view} />
      <ScrollTable caption="CPU, memory and disk of the watched processes">
        <thead>
          <tr>
            <th scope="col">processes</th>
            <ColumnHeads
              names={[
                "mean cores",
                "peak cores",
                "busiest thread",
                "memory first",
                "memory last",
                "memory peak",
                "threads",
                "processes",
                "read",
                "written"
              ]}
            />
          </tr>
        </thead>
        <tbody>
          {processes.map((one) => (
            <tr key={one.label}>
              <th scope="row">{one.label}</th>
              <td>{one.cores === null ? noValue : figure(one.cores.mean)}</td>
              <td>{one.cores === null ? noValue : figure(one.cores.max)}</td>
              <td>{plain(one.busiestThread)}</td>
              <td>{bytesOrNone(one.memory?.first)}</td>
              <td>{bytesOrNone(one.memory?.last)}</td>
              <td>{bytesOrNone(one.memory?.max)}</td>
              <td>{plain(one.maxThreads)}</td>
              <td>{plain(one.maxProcesses)}</td>
              <td>{bytesOrNone(one.readBytes)}</td>
              <td>{bytesOrNone(one.writtenBytes)}</td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
      {processes.flatMap(({ label, missing }) =>
        missing.map((one) => (
          <p class="note">
            {label}: {one}.
          </p>
        ))
      )}
    </Section>
  )
