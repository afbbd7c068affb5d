/** A page as HTML. Its module is loaded on demand, because it is larger than the rest of the command. */
import * as Effect from "effect/Effect"
import type { PageData } from "../result/PageData.ts"

export const pageHtml = (boot: PageData): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => import("./pageTemplate.ts")),
    ({ pageTemplate }) => pageTemplate(boot)
  )
