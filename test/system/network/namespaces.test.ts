/** The machines of the tests of agents: cables, and what is left of them. */
import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { makeNetwork, whyNoNamespaces } from "./namespaces.ts"

const refused = whyNoNamespaces()

/** Other test files have theirs. */
const ownNamespaces = () =>
  execFileSync("ip", ["netns", "list"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.startsWith(`edfi-perf-${process.pid}-`))

describe.skipIf(refused !== undefined)(
  `network namespaces${refused === undefined ? "" : ` (skipped: ${refused})`}`,
  () => {
    it("reach each other while their cables are plugged in, and leave nothing", () => {
      const { addressOf, on, remove, setLink } = makeNetwork(["one", "two"])
      const program = `
      const server = require("node:net").createServer().listen(7000, () => {
        const socket = require("node:net").connect(7000, process.argv[1])
        socket.on("connect", () => process.exit(0)).on("error", ({ code }) => (console.log(code), process.exit(1)))
        setTimeout(() => (console.log("no answer"), process.exit(1)), 300)
      })`
      const listener = `require("node:net").createServer().listen(7000); setTimeout(() => {}, 60_000)`
      const reach = () => {
        const [ip = "", ...words] = on("one")
        try {
          execFileSync(ip, [...words, process.execPath, "-e", program, addressOf("two")])
          return true
        } catch {
          return false
        }
      }
      try {
        const [ip = "", ...words] = on("two")
        execFileSync("sh", [
          "-c",
          `${[ip, ...words].join(" ")} ${process.execPath} -e '${listener}' >/dev/null 2>&1 &`
        ])
        while (!reach());
        setLink("two", "down")
        assert.isFalse(reach())
        setLink("two", "up")
        while (!reach());
      } finally {
        remove()
      }
      assert.deepStrictEqual(ownNamespaces(), [])
    })
  }
)
