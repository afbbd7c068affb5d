/** The entry point of the page: decodes the embedded data and renders it. */
import "./pixelRatio.ts"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { render } from "preact"
import "uplot/dist/uPlot.min.css"
import "./page.css"
import { type PageData, PageDataJson } from "../result/PageData.ts"
import { CapacityPage } from "./CapacityPage.tsx"
import { ComparisonPage } from "./ComparisonPage.tsx"
import { LivePage } from "./LivePage.tsx"
import { PlanPage } from "./PlanPage.tsx"
import { RunPage } from "./RunPage.tsx"
import { statusOf } from "./status.ts"
import { StressPage } from "./StressPage.tsx"
import { SweepPage } from "./SweepPage.tsx"
import { VersusPage } from "./VersusPage.tsx"

const Page = (boot: PageData) => {
  switch (boot._tag) {
    case "Compared":
      return <ComparisonPage comparison={boot.comparison} />
    case "Versus":
      return <VersusPage versus={boot.versus} />
    case "Sweep":
      return <SweepPage sweep={boot.sweep} />
    case "Capacity":
      return <CapacityPage capacity={boot.capacity} />
    case "Stress":
      return <StressPage stress={boot.stress} />
    case "Plan":
      return <PlanPage plan={boot.plan} />
    case "Live":
      return <LivePage {...boot} />
    case "Report": {
      const { files, summary } = boot
      return <RunPage run={summary} note={statusOf(summary).long} troubled={false} files={files} folder="" />
    }
  }
}

/** Shown for a file that was altered. */
const Unreadable = ({ message }: { readonly message: string }) => (
  <main>
    <h1>This page cannot be read</h1>
    <p>Its data is damaged or was not written by edfi-perf.</p>
    <pre>{message}</pre>
  </main>
)

const root = document.querySelector("#page")
const boot = Schema.decodeUnknownEither(PageDataJson)(document.querySelector("#boot")?.textContent)
if (root !== null) {
  root.replaceChildren()
  render(
    Either.match(boot, {
      onLeft: ({ message }) => <Unreadable message={message} />,
      onRight: (read) => <Page {...read} />
    }),
    root
  )
}
