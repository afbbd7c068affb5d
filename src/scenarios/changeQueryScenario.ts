/** CHANGE_QUERY: reads all changes of a resource since a stored version, deletes and changed keys too, once. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { type Page, ReadClient, type Row } from "../dms/ReadClient.ts"
import type { ChangeKind, ChangesRead, ChangeWindow } from "../domain/ChangesRead.ts"
import { FindingSink } from "../domain/FindingSink.ts"
import { readName } from "../domain/requestName.ts"
import type { Scenario } from "../engine/Scenario.ts"
import { readWindow, type WindowPage, type WindowRead } from "./readWindow.ts"

export interface ChangedResource {
  /** `ed-fi/students` */
  readonly path: string
  readonly project: string
  readonly endpoint: string
  /** The lists of changes that the server has for it. */
  readonly kinds: ReadonlyArray<ChangeKind>
}

/** The largest page of every server. @see api-facts section 2 */
export const changePageLimit = 500

const below: Readonly<Record<ChangeKind, string>> = {
  changed: "",
  deleted: "/deletes",
  keyChanged: "/keyChanges"
}

const nameOf = (resource: ChangedResource, kind: ChangeKind): string =>
  readName(resource, `${below[kind]}?minChangeVersion`)

/** An ODS/API 5.3 spells its members with capitals. */
const keyOf = (row: Row): string => String(row["id"] ?? row["Id"])

const windowPageOf = ({ rows, totalCount }: Page): Either.Either<WindowPage, string> =>
  totalCount === undefined
    ? Either.left("the response has no header Total-Count")
    : Either.right({ keys: rows.map(keyOf), total: totalCount })

/** All changes of one kind; otherwise why they could not be read. */
const readKind = (
  client: ReadClient["Type"],
  resource: ChangedResource,
  { max, min }: ChangeWindow,
  kind: ChangeKind
): Effect.Effect<WindowRead, string> => {
  const name = nameOf(resource, kind)
  const readPage = (offset: number) =>
    client
      .page({
        name,
        path: `${resource.path}${below[kind]}`,
        resource: resource.endpoint,
        query: {
          minChangeVersion: min,
          maxChangeVersion: max,
          offset,
          limit: changePageLimit,
          totalCount: true
        }
      })
      .pipe(
        Effect.mapError(({ message }) => message),
        Effect.flatMap(windowPageOf),
        Effect.mapError((problem) => `${name}: ${problem}`)
      )
  return readWindow(readPage, changePageLimit)
}

/** All changes of a resource, as far as they can be read. */
const readChanges = (
  client: ReadClient["Type"],
  resource: ChangedResource,
  window: ChangeWindow
): Effect.Effect<ChangesRead> =>
  Effect.gen(function* () {
    const clock = yield* Effect.clock
    const beganNanos = clock.unsafeCurrentTimeNanos()
    const rows: Record<ChangeKind, number> = { changed: 0, deleted: 0, keyChanged: 0 }
    let [repeated, pages] = [0, 0]
    let problem: string | null = null
    for (const kind of window.min > window.max ? [] : resource.kinds) {
      const read = yield* Effect.either(readKind(client, resource, window, kind))
      if (Either.isLeft(read)) {
        problem = read.left
        break
      }
      rows[kind] = read.right.rows
      repeated += read.right.repeated
      pages += read.right.pages
    }
    const seconds = Number(clock.unsafeCurrentTimeNanos() - beganNanos) / 1e9
    return { resource: resource.path, ...rows, repeated, pages, seconds, problem }
  })

export interface NamedChanges {
  /** `StudentChangeQueryTest` */
  readonly name: string
  readonly resource: ChangedResource
}

/**
 * The scenarios of some resources, with one iteration each, whichever user begins it: several users share the resources.
 * What was read goes to the `FindingSink`.
 */
export const changeQueryScenarios = (
  resources: ReadonlyArray<NamedChanges>,
  window: ChangeWindow
): ReadonlyArray<Scenario<never, ReadClient>> =>
  resources.map(({ name, resource }) => ({
    name,
    testType: "CHANGE_QUERY",
    description: `${resource.path}: all changes since a version`,
    byDefault: true,
    tripleCount: "none",
    resource: resource.path,
    requestNames: () => resource.kinds.map((kind) => nameOf(resource, kind)),
    prepare: () =>
      Effect.map(ReadClient, (client) => {
        let isTaken = false
        return {
          name,
          iteration: () =>
            Effect.gen(function* () {
              if (isTaken) return
              isTaken = true
              const read = yield* readChanges(client, resource, window)
              const sink = yield* FindingSink
              sink.unsafeAddChanges(read)
            })
        }
      })
  }))
