/** Finds what the files of a data model say of each other, or of themselves, that cannot be. */
import { partsOf } from "./ResourceFacts.ts"
import type { MemberFacts, ProjectFacts, ResourceFacts } from "./ResourceFacts.ts"

/** What can be referred to, by name; the number of parts of its key is unknown of abstract resources. */
type Targets = ReadonlyMap<string, { readonly keyParts: number | undefined }>

const targetsOf = (projects: ReadonlyArray<ProjectFacts>): Targets =>
  new Map(
    projects.flatMap(
      ({
        abstract,
        descriptors,
        resources
      }): ReadonlyArray<readonly [string, { readonly keyParts: number | undefined }]> => [
        ...abstract.map((name) => [name, { keyParts: undefined }] as const),
        ...descriptors.map(([, name]) => [`${name}Descriptor`, { keyParts: 2 }] as const),
        ...resources.map(([, name, { identity }]) => [name, { keyParts: identity.length }] as const)
      ]
    )
  )

const memberProblems = (
  members: ReadonlyArray<MemberFacts>,
  path: string,
  targets: Targets
): ReadonlyArray<string> =>
  members.flatMap((member): ReadonlyArray<string> => {
    const here = `${path}.${member.name}`
    switch (member.type) {
      case "object":
        return memberProblems(member.members, here, targets)
      case "list":
        return memberProblems(member.items, `${here}[*]`, targets)
      case "descriptor":
        return targets.has(`${member.of}Descriptor`)
          ? []
          : [`${here} has values of ${member.of}Descriptor, which no file has`]
      case "reference": {
        const target = targets.get(member.to)
        if (target === undefined) return [`${here} refers to ${member.to}, which no file has`]
        const parts = partsOf(member).length
        return target.keyParts === undefined || target.keyParts === parts
          ? []
          : [`${here} has ${parts} parts of a key, ${member.to} ${target.keyParts}`]
      }
      default:
        return []
    }
  })

const hasPath = (members: ReadonlyArray<MemberFacts>, [name, ...rest]: ReadonlyArray<string>): boolean => {
  const member = members.find((one) => one.name === name?.replace("[*]", ""))
  if (member === undefined || rest.length === 0) return member !== undefined
  if (member.type === "list") return hasPath(member.items, rest)
  return (member.type === "object" || member.type === "reference") && hasPath(member.members, rest)
}

const pathProblems = ({ equal = [], identity, members, query }: ResourceFacts): ReadonlyArray<string> =>
  [...new Set([...identity, ...equal.flat(), ...query])]
    .filter((path) => !hasPath(members, path.split(".")))
    .map((path) => `$.${path} is not a member`)

/**
 * References and descriptors that lead nowhere, keys and constraints of members that do not exist, and extensions of no
 * resource.
 *
 * @param projects the core project first
 * @returns the problems of each project: `students $.schoolReference refers to School, which no file has`
 */
export const checkProjects = (
  projects: ReadonlyArray<ProjectFacts>
): ReadonlyArray<{ readonly project: ProjectFacts; readonly problems: ReadonlyArray<string> }> => {
  const targets = targetsOf(projects)
  const core = new Set(projects[0]?.resources.map(([endpoint]) => endpoint))
  return projects.map((project) => ({
    project,
    problems: [
      ...[...project.resources, ...project.extensions].flatMap(([endpoint, , facts]) =>
        [
          ...memberProblems(facts.members, "$", targets),
          ...pathProblems(facts),
          ...(facts.superclass === undefined || targets.has(facts.superclass)
            ? []
            : [`is a kind of ${facts.superclass}, which no file has`])
        ].map((problem) => `${endpoint} ${problem}`)
      ),
      ...project.extensions
        .filter(([endpoint]) => !core.has(endpoint))
        .map(([endpoint]) => `${endpoint} is an extension of a resource that the core project does not have`)
    ]
  }))
}
