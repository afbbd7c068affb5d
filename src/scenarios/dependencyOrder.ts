/** Puts resources into an order in which each comes after those that it needs. */

/**
 * Items in their given order, but each after the ones that it needs; of a circle, the first one given is first.
 *
 * @example of students, which need nothing, and sections, which need schools: schools, sections, students
 *   for ["sections", "schools", "students"]
 */
export const inDependencyOrder = <A>(
  items: ReadonlyArray<A>,
  pathOf: (item: A) => string,
  needsOf: (item: A) => ReadonlyArray<string>
): ReadonlyArray<A> => {
  const byPath = new Map(items.map((item) => [pathOf(item), item]))
  const ordered = new Set<A>()
  const visited = new Set<A>()
  const visit = (item: A): void => {
    if (visited.has(item)) return
    visited.add(item)
    for (const path of needsOf(item)) {
      const needed = byPath.get(path)
      if (needed !== undefined) visit(needed)
    }
    ordered.add(item)
  }
  items.forEach(visit)
  return [...ordered]
}
