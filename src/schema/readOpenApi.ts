/** Makes the model of an API from its OpenAPI documents: usually one of resources and one of descriptors. */
import * as Either from "effect/Either"
import { excerpt } from "../domain/excerpt.ts"
import { isReferenceSchema, withoutProject } from "./names.ts"
import {
  bodySchema,
  type ObjectSchema,
  type OpenApiDocument,
  type Operation,
  refName,
  SpecificationUnusable
} from "./OpenApiDocument.ts"
import { makeIsTooLarge, readMembers } from "./readMembers.ts"
import {
  allMembers,
  type ApiModel,
  type DescriptorResource,
  type ResourceSchema,
  type UnreadableResource
} from "./ResourceSchema.ts"
import { type Candidate, makeResolver } from "./resolveTarget.ts"

/** A resource before its members are read, with the operations that say more about it. */
interface Found extends Candidate {
  readonly project: string
  readonly post: Operation
  readonly get: Operation | undefined
  readonly put: Operation | undefined
  readonly canDelete: boolean
}

/** A resource is a path of two words with POST. */
const collectionPath = /^\/([\w-]{1,200})\/([\w-]{1,200})$/

/** The largest API that we know has 370, descriptors included. */
const maxResources = 5000

const findResources = ({ paths, schemas }: Omit<OpenApiDocument, "source">) => {
  const isTooLarge = makeIsTooLarge(schemas)
  const found: Array<Found> = []
  const unreadable: Array<UnreadableResource> = []
  for (const [path, { get, post }] of Object.entries(paths)) {
    if (post === undefined) continue
    const fail = (detail: string) => unreadable.push({ path: excerpt(path), detail })
    const [, project, endpoint] = collectionPath.exec(path) ?? []
    const schemaName = bodySchema(post)
    const schema = schemas.get(schemaName ?? "")
    if (project === undefined || endpoint === undefined) fail("its path is not /PROJECT/ENDPOINT")
    else if (schemaName === undefined || schema === undefined)
      fail("the body of its POST has no schema in the document")
    else if (isTooLarge(schema)) fail("it has too many members")
    else {
      const byId = paths[`${path}/{id}`]
      found.push({
        path: `${project}/${endpoint}`,
        project,
        endpoint,
        schemaName,
        schema,
        post,
        get,
        put: byId?.put,
        canDelete: byId?.delete !== undefined
      })
    }
  }
  return { found, unreadable }
}

const isDescriptor = ({ endpoint, schema }: Found): boolean =>
  /Descriptors$/i.test(endpoint) &&
  schema.properties?.["codeValue"] !== undefined &&
  schema.properties["namespace"] !== undefined

/** Older DMS documents, and those of the ODS/API, mark no reference. */
const marksReferences = (schemas: ReadonlyMap<string, ObjectSchema>): boolean =>
  [...schemas.values()].some(({ properties = {} }) =>
    Object.values(properties).some(
      (property) => property["x-Ed-Fi-isIdentity"] === true && isReferenceSchema(refName(property.$ref) ?? "")
    )
  )

/** A PUT may change the key; a DMS says so in the text of the operation only. */
const hasKeyCascade = (put: Operation | undefined): boolean =>
  put?.["x-Ed-Fi-isUpdatable"] === true || /\bwill also cascade\b/i.test(put?.description ?? "")

const parametersOf = (get: Operation | undefined): ReadonlyMap<string, boolean> =>
  new Map(
    (get?.parameters ?? []).flatMap((parameter) =>
      parameter.in === "query" && parameter.name !== undefined
        ? [[parameter.name, parameter["x-Ed-Fi-isIdentity"] === true] as const]
        : []
    )
  )

/** Parameters of a list that are no members of its documents, in lower case. @see api-facts sections 2 and 3 */
const pagingParameters: ReadonlySet<string> = new Set([
  "id",
  "limit",
  "maxchangeversion",
  "minchangeversion",
  "offset",
  "pagesize",
  "pagetoken",
  "totalcount"
])

/** All documents as one; of several entries of a name the first counts. */
const merged = (documents: ReadonlyArray<OpenApiDocument>): Omit<OpenApiDocument, "source"> => {
  const fromLast = documents.toReversed()
  return {
    paths: Object.fromEntries(fromLast.flatMap(({ paths }) => Object.entries(paths))),
    schemas: new Map(fromLast.flatMap(({ schemas }) => [...schemas]))
  }
}

/** The names of the descriptors that members of a project may have: its own, and those of the core. */
const descriptorsFor = (project: string, descriptors: ReadonlyArray<DescriptorResource>) =>
  descriptors
    .filter(({ path }) => path.startsWith(`${project}/`) || path.startsWith("ed-fi/"))
    .map(({ name }) => name)

const readResources = (
  found: ReadonlyArray<Found>,
  schemas: OpenApiDocument["schemas"],
  descriptors: ReadonlyArray<DescriptorResource>
): ReadonlyArray<ResourceSchema> => {
  const shared = {
    schemas,
    allDescriptors: descriptors.map(({ name }) => name),
    marksReferences: marksReferences(schemas),
    resolve: makeResolver(found, schemas)
  }
  return found.map(({ canDelete, endpoint, get, path, post, project, put, schema, schemaName }) => {
    const parameters = parametersOf(get)
    return {
      path,
      project,
      endpoint,
      name: withoutProject(schemaName),
      members: readMembers(schema, {
        ...shared,
        descriptors: descriptorsFor(project, descriptors),
        parameters
      }),
      queryFields: [...parameters.keys()].filter((name) => !pagingParameters.has(name.toLowerCase())),
      hasKeyCascade: hasKeyCascade(put),
      canUpdate: put !== undefined,
      canDelete,
      isDeprecated: post.deprecated === true
    }
  })
}

/** The key of every descriptor. @see api-facts section 1, "Descriptors" */
const descriptorKey: ReadonlySet<string> = new Set(["namespace", "codeValue"])

/** A descriptor with its key, which documents may not mark; without the number that an ODS/API gives it. */
const asDescriptor = (resource: ResourceSchema): ResourceSchema => ({
  ...resource,
  members: resource.members
    .filter(({ name }) => name.toLowerCase() !== `${resource.name}id`.toLowerCase())
    .map((member) =>
      member._tag === "Scalar" && descriptorKey.has(member.name) ? { ...member, isIdentity: true } : member
    )
})

/**
 * The model of one API. Descriptors may stand in a document of their own or beside the resources.
 *
 * @param documents of one API, in the order of its list
 * @returns fails if no document has a resource, or none has the descriptors that the resources need
 */
export const readOpenApi = (
  documents: ReadonlyArray<OpenApiDocument>
): Either.Either<ApiModel, SpecificationUnusable> => {
  const unusable = (detail: string) =>
    Either.left(
      new SpecificationUnusable({ source: documents.map(({ source }) => source).join(", "), detail })
    )
  const { paths, schemas } = merged(documents)
  const { found, unreadable } = findResources({ paths, schemas })
  if (found.length > maxResources) return unusable(`more than ${maxResources} resources`)
  const foundDescriptors = found.filter(isDescriptor)
  const named = foundDescriptors.map(({ path, schemaName }) => ({ name: withoutProject(schemaName), path }))
  const descriptors = readResources(foundDescriptors, schemas, named).map(asDescriptor)
  const resources = readResources(
    found.filter((each) => !isDescriptor(each)),
    schemas,
    named
  )
  if (resources.length === 0) {
    return unusable("no resources found: a resource is a path such as /ed-fi/students with POST")
  }
  const typed = resources
    .flatMap(({ members }) => allMembers(members))
    .filter(({ _tag }) => _tag === "Descriptor")
  if (typed.length > 0 && descriptors.length === 0) {
    return unusable(
      `no descriptors found, which ${typed.length} members of its resources need: add the document of descriptors`
    )
  }
  return Either.right({ resources, descriptors, unreadable })
}
