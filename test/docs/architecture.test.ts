/** The rooms in docs/architecture.md equal those that `npm run rooms` enforces. */
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"

type Rooms = ReadonlyMap<string, ReadonlyArray<string>>

const RoomRules = Schema.Struct({
  forbidden: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      to: Schema.Struct({
        pathNot: Schema.optional(Schema.Union(Schema.String, Schema.Array(Schema.String)))
      })
    })
  )
})

const folder = (pattern: string): string => pattern.replace(/^\^src\/(.*)\/$/, "$1")

/** What each room may import, itself not included, as the rules `room-NAME` have it. */
const enforced: Rooms = new Map(
  Schema.decodeUnknownSync(RoomRules)(
    createRequire(import.meta.url)("../../.dependency-cruiser.cjs")
  ).forbidden.flatMap(({ name, to: { pathNot = [] } }) => {
    const [, room] = /^room-(.*)$/.exec(name) ?? []
    return room === undefined
      ? []
      : [
          [
            room,
            [pathNot]
              .flat()
              .map(folder)
              .filter((other) => other !== room)
          ] as const
        ]
  })
)

const page = readFileSync(new URL("../../docs/architecture.md", import.meta.url), "utf8")
const [, section = ""] = /\n## Rooms\n([^]*)$/.exec(page) ?? []
const [, picture = ""] = /```mermaid\nflowchart TD\n([^]*?)```/.exec(section) ?? []

/** `"engine --> domain"` for every arrow of a kind; `a & b --> c & d` are four. */
const arrows = (kind: "-->" | "-.->"): ReadonlyArray<string> =>
  picture
    .split("\n")
    .map((line) => line.split(` ${kind} `))
    .flatMap(([from = "", to = ""]) =>
      to === ""
        ? []
        : from
            .split("&")
            .flatMap((source) => to.split("&").map((target) => `${source.trim()} ${kind} ${target.trim()}`))
    )
    .toSorted()

/** The rooms at the end of a path of one or more arrows. */
const reachable = (rooms: Rooms, from: string): ReadonlySet<string> => {
  const seen = new Set<string>()
  const visit = (room: string): void => {
    for (const next of rooms.get(room) ?? []) {
      if (seen.has(next)) continue
      seen.add(next)
      visit(next)
    }
  }
  visit(from)
  return seen
}

/** The arrows that no path of other arrows replaces. */
const reduced = (rooms: Rooms): ReadonlyArray<string> =>
  [...rooms]
    .flatMap(([room, allowed]) =>
      allowed
        .filter((target) => !allowed.some((other) => reachable(rooms, other).has(target)))
        .map((target) => `${room} --> ${target}`)
    )
    .toSorted()

describe("docs/architecture.md", () => {
  it("draws the transitive reduction of the rooms table", () => {
    assert.deepStrictEqual(arrows("-->"), reduced(enforced))
  })

  it("draws dotted arrows from cli to the rooms that no other room imports, except page", () => {
    const imported = new Set([...enforced.values()].flat())
    const onTop = [...enforced.keys()].filter((room) => room !== "page" && !imported.has(room))
    assert.deepStrictEqual(arrows("-.->"), onTop.map((room) => `cli -.-> ${room}`).toSorted())
  })

  it("lists for every room what it may import", () => {
    const listed = [...section.matchAll(/^\| `([a-z-]+)` \|.*\| ([^|]*) \|$/gm)].map(
      ([, room = "", allowed = ""]) => [room, allowed === "nothing" ? [] : allowed.split(", ")] as const
    )
    assert.deepStrictEqual(Object.fromEntries(listed), Object.fromEntries(enforced))
  })

  it("knows every folder of src", () => {
    const folders = readdirSync(new URL("../../src", import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
    assert.sameMembers(folders, [...enforced.keys(), "cli", "exports"])
  })
})

describe("the reduction of a rooms table", () => {
  it("leaves out an arrow that a longer path replaces", () => {
    const rooms = new Map([
      ["a", ["b", "c", "d"]],
      ["b", ["c"]],
      ["c", []],
      ["d", []]
    ])
    assert.deepStrictEqual(reduced(rooms), ["a --> b", "a --> d", "b --> c"])
  })
})
