/** Makes a data model of ApiSchema files, one per project, as a DMS loads them. */
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { excerpt } from "../../domain/excerpt.ts"
import { parseJsonTo } from "../../domain/parseJson.ts"
import { ApiSchema } from "./ApiSchema.ts"
import { checkProjects } from "./checkProjects.ts"
import { DataModel } from "../DataModel.ts"
import type { Models } from "../DataModel.ts"
import { sourceOfFacts } from "./ProjectSource.ts"
import { reduceApiSchema } from "./reduceApiSchema.ts"
import type { ProjectFacts } from "./ResourceFacts.ts"

/** The files of a folder are no data model. */
export class ApiSchemaUnusable extends Data.TaggedError("ApiSchemaUnusable")<{
  /** Each with its file and, where it has one, its path in there. */
  readonly problems: ReadonlyArray<string>
}> {
  override get message(): string {
    const [shown, more] = [this.problems.slice(0, maxShown), this.problems.length - maxShown]
    return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].map((text) => excerpt(text)).join("; ")
  }
}

const maxShown = 5

export interface ApiSchemaFile {
  readonly path: string
  readonly text: string
}

interface Project {
  readonly path: string
  readonly isExtension: boolean
  readonly facts: ProjectFacts
}

type Result<A> = Either.Either<A, ApiSchemaUnusable>

const unusable = (...problems: ReadonlyArray<string>) => Either.left(new ApiSchemaUnusable({ problems }))

const decode = Schema.decodeUnknownEither(parseJsonTo(ApiSchema))

/** @example "projectSchema.resourceSchemas.students.resourceName is missing" */
const describe = (error: ParseResult.ParseError): string => {
  const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
  return `${issue?.path.map(String).join(".") ?? ""} ${issue?.message ?? "cannot be read"}`.trim()
}

const readFile = ({ path, text }: ApiSchemaFile): Result<Project> => {
  const file = decode(text.replace(/^\uFEFF/, ""))
  if (Either.isLeft(file)) return unusable(`${path} is not an ApiSchema file: ${describe(file.left)}`)
  return Either.mapBoth(reduceApiSchema(file.right), {
    onLeft: ({ problems }) => new ApiSchemaUnusable({ problems: problems.map((one) => `${path}: ${one}`) }),
    onRight: (facts) => ({ path, facts, isExtension: file.right.projectSchema.isExtensionProject === true })
  })
}

/** The core project first. */
const inOrder = (folder: string, projects: ReadonlyArray<Project>): Result<ReadonlyArray<Project>> => {
  const [core, ...others] = projects.filter(({ isExtension }) => !isExtension)
  if (core === undefined) {
    return unusable(`${folder} has no core project: a file *.json whose isExtensionProject is not true`)
  }
  if (others.length > 0) {
    const paths = [core, ...others].map(({ path }) => path)
    return unusable(`${folder} has ${paths.length} core projects: ${paths.join(", ")}`)
  }
  const all = [core, ...projects.filter(({ isExtension }) => isExtension)]
  const repeated = all.find((one, index) =>
    all.slice(0, index).some(({ facts }) => facts.endpoint === one.facts.endpoint)
  )
  return repeated === undefined
    ? Either.right(all)
    : unusable(`${repeated.path}: another file is of the project ${repeated.facts.endpoint} as well`)
}

/**
 * @param folder for messages
 * @param files in any order
 */
export const modelOfFiles = (folder: string, files: ReadonlyArray<ApiSchemaFile>): Result<Models> =>
  Either.gen(function* () {
    const projects = yield* inOrder(folder, yield* Either.all(files.map(readFile)))
    const problems = checkProjects(projects.map(({ facts }) => facts)).flatMap(({ problems }, index) =>
      problems.map((problem) => `${projects[index]?.path}: ${problem}`)
    )
    if (problems.length > 0) return yield* unusable(...problems)
    return DataModel.make(projects.map(({ facts }) => sourceOfFacts(facts)))
  })
