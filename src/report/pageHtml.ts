/** A page as HTML, made by a module that is loaded when it is needed: it is larger than all of the command. */
import * as Effect from "effect/Effect"
import type { Boot } from "./Boot.ts"

export const pageHtml = (boot: Boot): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => import("./page.ts")),
    ({ runPage }) => runPage(boot)
  )
