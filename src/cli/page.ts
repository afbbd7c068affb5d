/** The live page of `run`; where none was asked for, one that does nothing. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { RunConfigValues } from "../settings/RunConfig.ts"
import { pageHtml } from "../output/pageHtml.ts"
import { prometheusContentType, prometheusText } from "../output/prometheus.ts"
import type { ResultFiles } from "../output/ResultFiles.ts"
import { metricPoints } from "../result/metricPoints.ts"
import type { Summary } from "../result/Summary.ts"
import type { PageUnavailable } from "../web/LivePage.ts"
import type { RunSnapshot } from "../run/measure.ts"
import { untilSignal } from "./untilSignal.ts"

export interface Page {
  /** Tells where it is. */
  readonly announce: Effect.Effect<void>
  readonly show: (moment: RunSnapshot) => Effect.Effect<void>
  /** Succeeds when its stop button is pressed. */
  readonly stopped: Effect.Effect<void>
  readonly end: (summary: Summary) => Effect.Effect<void>
  /** As long as somebody has it open, until Ctrl-C, which changes nothing of how the run ended. */
  readonly whileOpen: Effect.Effect<void>
}

const noPage: Page = {
  announce: Effect.void,
  show: () => Effect.void,
  stopped: Effect.never,
  end: () => Effect.void,
  whileOpen: Effect.void
}

/** Loaded when it is asked for, so that a run without a page does not carry it. */
const loadServer = Effect.promise(() => import("../web/LivePage.ts"))

/** Opens it with `--web`. */
export const openPage = (
  config: RunConfigValues,
  files: ResultFiles
): Effect.Effect<Page, PageUnavailable, Scope.Scope> =>
  Effect.gen(function* () {
    if (!config.web) return noPage
    const { openLivePage } = yield* loadServer
    const live = yield* openLivePage({
      host: config.webHost,
      port: config.webPort,
      html: (stopToken) => pageHtml({ _tag: "Live", stopToken, files: files.names }),
      files,
      metrics: {
        contentType: prometheusContentType,
        render: (state) => prometheusText(metricPoints(state))
      }
    })
    if (live.isPublic) {
      yield* Effect.logWarning(
        `--webHost ${config.webHost}: whoever reaches this address can see the run and stop it`
      )
    }
    return {
      announce: Console.log(`page: ${live.url}`),
      show: ({ measurements, state }) =>
        Effect.suspend(() => live.show({ state: state(), measurements: measurements() })),
      stopped: live.stopped,
      end: live.end,
      whileOpen: Effect.gen(function* () {
        if (live.openPages() === 0) return
        yield* Console.log(`the page at ${live.url} is still open; close it or press Ctrl-C to end`)
        yield* Effect.raceFirst(live.untilNoPage, untilSignal)
      })
    }
  })
