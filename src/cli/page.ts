/** The live page of `run`; without `--web`, one that does nothing. */
import type * as Terminal from "@effect/platform/Terminal"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { RunSettings } from "../settings/RunSettings.ts"
import { pageHtml } from "../output/pageHtml.ts"
import { prometheusContentType, prometheusText } from "../output/prometheus.ts"
import type { ResultFiles } from "../output/ResultFiles.ts"
import { metricPoints } from "../result/metricPoints.ts"
import type { Summary } from "../result/Summary.ts"
import type { PageUnavailable } from "../web/LivePage.ts"
import type { RunSnapshot } from "../run/measure.ts"
import { untilSignal } from "./untilSignal.ts"

export interface Page {
  /** Prints its URL. */
  readonly announce: Effect.Effect<void>
  readonly show: (moment: RunSnapshot) => Effect.Effect<void>
  /** Returns when its stop button is pressed. */
  readonly stopped: Effect.Effect<void>
  readonly end: (summary: Summary) => Effect.Effect<void>
  /** Waits while it is open, at most for `--webLinger` and until Ctrl-C, which does not change the exit code of the run. */
  readonly linger: Effect.Effect<void>
}

const noPage: Page = {
  announce: Effect.void,
  show: () => Effect.void,
  stopped: Effect.never,
  end: () => Effect.void,
  linger: Effect.void
}

/** Loaded only with `--web`. */
const loadServer = Effect.promise(() =>
  Promise.all([import("../web/LivePage.ts"), import("../web/linger.ts")])
)

/** Opens it with `--web`. */
export const openPage = (
  config: Pick<RunSettings, "web" | "webHost" | "webLinger" | "webPort">,
  files: ResultFiles
): Effect.Effect<Page, PageUnavailable, Scope.Scope | Terminal.Terminal> =>
  Effect.gen(function* () {
    if (!config.web) return noPage
    const [{ openLivePage }, { lingerOr, lingerWith }] = yield* loadServer
    const linger = yield* lingerOr(config.webLinger)
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
        `--webHost ${config.webHost}: anyone who can reach this address can watch the run and stop it`
      )
    }
    return {
      announce: Console.log(`page: ${live.url}`),
      show: ({ measurements, state }) =>
        Effect.suspend(() => live.show({ state: state(), measurements: measurements() })),
      stopped: live.stopped,
      end: live.end,
      linger: Effect.raceFirst(lingerWith(live, linger), untilSignal)
    }
  })
