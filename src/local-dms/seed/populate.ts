/** Fills the store with the students of `--population`, a school at a time. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { PCGRandom } from "effect/Utils"
import { uuid } from "../ids.ts"
import { populationOf, schoolCount, studentsPerSchool } from "./populationDocuments.ts"
import { validDocument } from "./seed.ts"
import type { ServerState } from "../ServerState.ts"

/** A fill that lasts longer says how far it is, each time that this much has passed. */
const progressMillis = 2000

/** Beside the streams of a `ServerState`: one for the ids of each school, so that a school that is there draws none. */
const firstIdStream = 1000

const whole = (count: number): string => count.toLocaleString("en")

/**
 * Inserts a school and its students in one transaction, unless its last document is there.
 * @returns whether it inserted them
 */
const fillSchool = Effect.fnUntraced(function* (server: ServerState, school: number, nowMillis: number) {
  const { models, options, seed, store } = server
  const documents = populationOf(seed, options.population, school)
  const last = documents.slice(-1).map((one) => validDocument(models, one))
  return yield* store.transaction(
    Effect.gen(function* () {
      for (const { document, model } of last) {
        if ((yield* store.findByKey(model, document.key)) !== undefined) return false
      }
      const ids = new PCGRandom(seed, firstIdStream + school)
      yield* store.insertAll(
        documents.map((one) => ({ ...validDocument(models, one), id: uuid(ids) })),
        nowMillis
      )
      return true
    })
  )
})

/**
 * Fills the store with `options.population` students. Schools that are there already stay as they are, so a store that
 * keeps its documents is filled once. Logs what it did.
 */
export const populate = Effect.fn("local-dms.populate")(function* (server: ServerState) {
  const students = server.options.population
  if (students === 0) return
  const startMillis = yield* Clock.currentTimeMillis
  let saidMillis = startMillis
  let filled = 0
  for (let school = 0; school < schoolCount(students); school++) {
    const done = Math.min(students, (school + 1) * studentsPerSchool)
    if (yield* fillSchool(server, school, startMillis)) filled += done - school * studentsPerSchool
    const nowMillis = yield* Clock.currentTimeMillis
    if (done === students || nowMillis - saidMillis < progressMillis) continue
    saidMillis = nowMillis
    yield* Effect.logInfo(`filled ${whole(done)} of ${whole(students)} students`)
  }
  const present = filled === students ? "" : `; ${whole(students - filled)} were there`
  yield* Effect.logInfo(`filled ${whole(filled)} of ${whole(students)} students${present}`)
})
