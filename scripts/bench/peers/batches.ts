/** Batches of student triples as a user of a JavaScript tool would build and check them, without this project. */
import { readFileSync } from "node:fs"

const people = readFileSync(process.env["BENCH_PEOPLE"] ?? "", "utf8")
  .trim()
  .split("\n")
  .map((row) => row.split(","))

const column = (index: number): ReadonlyArray<string> => people.map((row) => row[index] ?? "")
const [firstNames, surnames, cities] = [column(0), column(1), column(2)]

const anyOf = <A>(choices: ReadonlyArray<A>): A | undefined =>
  choices[Math.floor(Math.random() * choices.length)]

const twoDigits = (value: number): string => String(value).padStart(2, "0")

const run = process.pid.toString(36).toUpperCase()
let made = 0

const makeStudent = () => {
  const firstName = anyOf(firstNames)
  const [year, month, day] = [2007, 1, 1].map(
    (least, at) => least + Math.floor(Math.random() * ([13, 12, 28][at] ?? 1))
  )
  return {
    studentUniqueId: `${run}-${(made++).toString(36).toUpperCase()}`,
    firstName,
    middleName: anyOf(firstNames),
    lastSurname: anyOf(surnames),
    preferredFirstName: firstName,
    personalTitlePrefix: anyOf(["Mr", "Ms", "Mx"]),
    generationCodeSuffix: anyOf(["Jr", "Sr", "II", "III"]),
    birthDate: `${year}-${twoDigits(month ?? 1)}-${twoDigits(day ?? 1)}`,
    birthCity: anyOf(cities),
    multipleBirthStatus: Math.random() < 1 / 30
  }
}

/** The body of a batch: so many students, each created, updated and deleted. */
export const makeBatch = (triples: number): string => {
  const operations = []
  for (let i = 0; i < triples; i++) {
    const document = makeStudent()
    const naturalKey = { studentUniqueId: document.studentUniqueId }
    const updated = { ...document, firstName: `${document.firstName} Updated` }
    operations.push(
      { op: "create", resource: "students", document },
      { op: "update", resource: "students", naturalKey, document: updated },
      { op: "delete", resource: "students", naturalKey }
    )
  }
  return JSON.stringify(operations)
}

const ops = ["create", "update", "delete"]

/** What is wrong with an answer; `undefined` when every operation was confirmed in order. */
export const checkAnswer = (status: number, body: string, triples: number): string | undefined => {
  if (status !== 200) return `status ${status}`
  const outcomes: unknown = JSON.parse(body)
  if (!Array.isArray(outcomes) || outcomes.length !== triples * 3) return "not as many outcomes as operations"
  for (let i = 0; i < outcomes.length; i++) {
    const { documentId, op, status } = outcomes[i]
    if (status !== "success" || op !== ops[i % 3] || typeof documentId !== "string" || documentId === "") {
      return `outcome ${i} is not a success of what was sent`
    }
  }
  return undefined
}
