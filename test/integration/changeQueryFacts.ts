/** CHANGE_QUERY while others write, over any store: two passes miss nothing. */
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as FileSystem from "@effect/platform/FileSystem"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { planChangeQueries } from "../../src/run/planOnePass.ts"
import { ReadClient } from "../../src/dms/ReadClient.ts"
import { ResourceClient } from "../../src/dms/ResourceClient.ts"
import { locations, makeLocation } from "../../src/documents/locations.ts"
import { makeSchool, schools } from "../../src/documents/schools.ts"
import { FindingSink, makeFindingSink } from "../../src/domain/FindingSink.ts"
import type { DialectName } from "../../src/local-dms/Dialect.ts"
import { changeQueryOf } from "../../src/result/Findings.ts"
import { keepChangeState } from "../../src/run/changeState.ts"
import type { LayerOf } from "../local-dms/contract/LayerOf.ts"
import { clientsOver, modelOfServer } from "./pipecleanFacts.ts"

const schoolId = 255901777

/** What writers have done, by the ids of locations. */
interface Written {
  /** Those that exist, with their room. */
  readonly present: Map<string, string>
  readonly deleted: Set<string>
  readonly keyChanged: Set<string>
  /** Written since the set was cleared. */
  readonly touched: Set<string>
}

/** A writer of locations. Each turn updates one, changes the key of one, deletes one and creates one. */
const makeWriter = Effect.gen(function* () {
  const client = yield* ResourceClient
  const written: Written = {
    present: new Map(),
    deleted: new Set(),
    keyChanged: new Set(),
    touched: new Set()
  }
  const { deleted, keyChanged, present, touched } = written
  let [rooms, turns] = [0, 0]

  const create = Effect.gen(function* () {
    const room = `room ${rooms++}`
    const { id } = yield* client.post(locations, makeLocation(room, schoolId))
    present.set(id, room)
    touched.add(id)
  })
  /** One that exists, another one in each turn, from the beginning of the list to its end. */
  const pick = (part: number): readonly [id: string, room: string] => {
    const all = [...present]
    return all[(turns * 131 + part * 37) % all.length] ?? ["", ""]
  }
  const put = (id: string, room: string, seats: number) =>
    Effect.map(
      client.put(locations, id, { ...makeLocation(room, schoolId), maximumNumberOfSeats: seats }),
      () => {
        present.set(id, room)
        touched.add(id)
      }
    )
  const turn = Effect.gen(function* () {
    turns++
    const [updated, room] = pick(0)
    yield* put(updated, room, 100 + turns)
    const [renamed] = pick(1)
    yield* put(renamed, `new ${rooms++}`, 30)
    keyChanged.add(renamed)
    const [removed] = pick(2)
    yield* client.remove(locations, removed)
    present.delete(removed)
    touched.delete(removed)
    deleted.add(removed)
    yield* create
  })
  return { create, turn, written }
})

type Lists = Readonly<Record<"changed" | "deleted" | "keyChanged", Set<string>>>

/** A pass over the locations; `between` runs before each page. */
const passOf = (stateFile: string, between: Effect.Effect<unknown>) =>
  Effect.gen(function* () {
    const { resources } = yield* modelOfServer
    const chosen = resources.filter(({ endpoint }) => endpoint === "locations")
    const { changes, scenarios } = yield* planChangeQueries(chosen, stateFile)
    const client = yield* ReadClient
    const rows: Lists = { changed: new Set(), deleted: new Set(), keyChanged: new Set() }
    const listOf = (path: string | URL) => {
      if (String(path).endsWith("/deletes")) return rows.deleted
      return String(path).endsWith("/keyChanges") ? rows.keyChanged : rows.changed
    }
    const reading = {
      ...client,
      page: (read: Parameters<typeof client.page>[0]) =>
        Effect.tap(Effect.zipRight(between, client.page(read)), (page) =>
          Effect.sync(() => {
            for (const { id } of page.rows) listOf(read.path).add(String(id))
          })
        )
    }
    const findings = makeFindingSink()
    for (const scenario of scenarios) {
      const workload = yield* Effect.provideService(scenario.prepare({ seed: 7 }), ReadClient, reading)
      yield* Effect.provideService(workload.iteration({ user: 0, iteration: 0 }), FindingSink, findings)
    }
    const changeQuery = changeQueryOf(
      { changes: changes && { window: changes.window, resources: 1 } },
      findings.sofar()
    )
    yield* keepChangeState(stateFile, { changeQuery })
    const [read] = changeQuery?.resources ?? []
    return { rows, read, complete: changeQuery?.complete }
  })

/** Ids without dashes, as an ODS/API writes them. */
const plain = (ids: Iterable<string>): ReadonlyArray<string> =>
  [...ids].map((id) => id.replaceAll("-", "")).sort()

const both = (one: Iterable<string>, other: Iterable<string>) => plain(new Set([...one, ...other]))

/** @param count of locations: several pages of 500 */
export const changeQueryFacts = (layerOf: LayerOf, dialects: ReadonlyArray<DialectName>, count: number) => {
  it.scoped.each(dialects)(
    "two passes over %s find all changes, also those that are made meanwhile",
    (dialect) =>
      Effect.gen(function* () {
        const client = yield* ResourceClient
        const fs = yield* FileSystem.FileSystem
        const stateFile = `${yield* fs.makeTempDirectoryScoped()}/state.json`
        yield* client.post(schools, makeSchool(schoolId, 255901))
        const { create, turn, written } = yield* makeWriter
        const { deleted, keyChanged, present, touched } = written
        for (let number = 0; number < count; number++) yield* create
        for (let number = 0; number < 5; number++) yield* turn
        touched.clear()
        const before = {
          deleted: new Set(deleted),
          keyChanged: new Set(keyChanged),
          present: new Set(present.keys())
        }
        const first = yield* passOf(stateFile, Effect.orDie(turn))
        assert.isTrue(first.complete)
        const second = yield* passOf(stateFile, Effect.void)
        assert.isTrue(second.complete)
        // What the report says is what was read.
        for (const { read, rows } of [first, second]) {
          assert.deepStrictEqual(
            [read?.changed, read?.deleted, read?.keyChanged],
            [rows.changed.size, rows.deleted.size, rows.keyChanged.size]
          )
        }
        // All that is there, deleted or renamed has been read, in the first pass or in the second.
        const found = (kind: keyof Lists) => both(first.rows[kind], second.rows[kind])
        assert.includeMembers([...found("changed")], [...plain(present.keys())])
        assert.deepStrictEqual(found("deleted"), plain(deleted))
        assert.includeMembers([...found("keyChanged")], [...plain(keyChanged)])
        // The second pass has what was written during the first one, and nothing else.
        assert.deepStrictEqual(plain(second.rows.changed), plain(touched))
        assert.deepStrictEqual(
          plain(second.rows.deleted),
          plain([...deleted].filter((id) => !before.deleted.has(id)))
        )
        // The first has no row that was not there.
        assert.includeMembers([...plain(before.present)], [...plain(first.rows.changed)])
        assert.deepStrictEqual(plain(first.rows.deleted), plain(before.deleted))
        const third = yield* passOf(stateFile, Effect.void)
        assert.deepStrictEqual([third.read?.pages, third.complete], [0, true])
      }).pipe(
        Effect.provide(clientsOver(layerOf({ dialect }))),
        Effect.provide(NodeContext.layer),
        Logger.withMinimumLogLevel(LogLevel.None)
      )
  )
}
