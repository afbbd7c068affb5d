/** A page as HTML, made by a module that is loaded when it is needed: it is larger than all of the command. */
import * as Effect from "effect/Effect"
import type { PageData } from "../result/PageData.ts"

export const pageHtml = (boot: PageData): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => import("./pageTemplate.ts")),
    ({ pageTemplate }) => pageTemplate(boot)
  )
