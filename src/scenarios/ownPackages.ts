/**
 * Makes the modules of `--scenario` share this program's copies of its packages. Two copies of `effect` do not share
 * services, even where their versions differ in the patch only, and a second copy of `edfi-perf` would count into a
 * recorder of its own.
 *
 * @see https://nodejs.org/api/module.html#moduleregisterspecifier-parenturl-options
 */
import * as Effect from "effect/Effect"
import { register } from "node:module"

/** `edfi-perf`, `effect` and `@effect/*`, with their subpaths. */
const hooks = `
const own = /^(?:edfi-perf|effect|@effect\\/[^/]+)(?:\\/|$)/
let parentURL
export const initialize = (data) => { parentURL = data.parentURL }
export const resolve = (specifier, context, nextResolve) =>
  nextResolve(specifier, own.test(specifier) ? { ...context, parentURL } : context)
`

let isRegistered = false

/** In this thread, from now on; once is enough. */
export const useOwnPackages: Effect.Effect<void> = Effect.sync(() => {
  if (isRegistered) return
  isRegistered = true
  register(`data:text/javascript,${encodeURIComponent(hooks)}`, {
    parentURL: import.meta.url,
    data: { parentURL: import.meta.url }
  })
})
