/**
 * Batches of student triples as a user of a JavaScript tool would build and check them, without this project. It runs in
 * Node and in k6, so it reads no files.
 */

const ops = ["create", "update", "delete"]

const twoDigits = (value: number): string => String(value).padStart(2, "0")

/** A whole number from `least` on, `choices` of them. */
const anyNumber = (least: number, choices: number): number => least + Math.floor(Math.random() * choices)

/** What is wrong with an answer; `undefined` when every operation was confirmed in order. */
export const checkAnswer = (status: number, body: string, triples: number): string | undefined => {
  if (status !== 200) return `status ${status}`
  const outcomes: unknown = JSON.parse(body)
  if (!Array.isArray(outcomes) || outcomes.length !== triples * 3) {
    return "not as many outcomes as operations"
  }
  for (let i = 0; i < outcomes.length; i++) {
    const { documentId, op, status } = outcomes[i]
    if (status !== "success" || op !== ops[i % 3] || typeof documentId !== "string" || documentId === "") {
      return `outcome ${i} is not a success of what was sent`
    }
  }
  return undefined
}

/**
 * Makes bodies of batches, each of so many new students that are created, updated and deleted.
 *
 * @param people rows of `firstName,lastSurname,birthCity`
 * @param prefix begins every key; a prefix for each who makes batches at the same time
 */
export const batchMaker = (people: string, prefix: string, triples: number): (() => string) => {
  const rows = people
    .trim()
    .split("\n")
    .map((row) => row.split(","))
  const any = (column: number): string => rows[anyNumber(0, rows.length)]?.[column] ?? ""
  const anyOf = (choices: ReadonlyArray<string>): string => choices[anyNumber(0, choices.length)] ?? ""
  let made = 0

  const makeStudent = () => {
    const firstName = any(0)
    return {
      studentUniqueId: `${prefix}-${(made++).toString(36)}`.toUpperCase(),
      firstName,
      middleName: any(0),
      lastSurname: any(1),
      preferredFirstName: firstName,
      personalTitlePrefix: anyOf(["Mr", "Ms", "Mx"]),
      generationCodeSuffix: anyOf(["Jr", "Sr", "II", "III"]),
      birthDate: `${anyNumber(2007, 13)}-${twoDigits(anyNumber(1, 12))}-${twoDigits(anyNumber(1, 28))}`,
      birthCity: any(2),
      multipleBirthStatus: anyNumber(0, 30) === 0
    }
  }

  return () => {
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
}
