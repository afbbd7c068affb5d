/**
 * Pages that watch a run, without the drawing: each reads the events of `edfi-perf run --web` as they come.
 *
 * Usage: node .bench/scripts/bench/webReaders.js PORT COUNT
 *
 * They ask until somebody answers. A line on standard input is answered with a line of JSON: how many events each of
 * them was told so far. It ends with its standard input.
 */
import { request } from "node:http"
import { createInterface } from "node:readline"

const port = Number(process.argv[2])
const count = Number(process.argv[3])
const askAgainMillis = 50

const told = Array.from({ length: count }, () => 0)

const watch = (reader: number): void => {
  const again = (): void => void setTimeout(() => watch(reader), askAgainMillis)
  const asked = request({ host: "127.0.0.1", port, path: "/events", agent: false }, (answer) => {
    let last = ""
    answer.setEncoding("utf8").on("data", (part: string) => {
      // An event ends with an empty line; its two line feeds may come apart.
      told[reader] = (told[reader] ?? 0) + (last + part).split("\n\n").length - 1
      last = part.endsWith("\n") && !part.endsWith("\n\n") ? "\n" : ""
    })
    answer.on("error", () => {})
  })
  asked.on("error", again)
  asked.end()
}

for (let reader = 0; reader < count; reader++) watch(reader)

const questions = createInterface(process.stdin)
questions.on("line", () => process.stdout.write(`${JSON.stringify(told)}\n`))
// The bench holds our standard input; when it is gone, so are we.
questions.on("close", () => process.exit(0))
