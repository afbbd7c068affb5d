/** Conditional requests: `If-Match` and `If-None-Match`. Blank headers count as absent. @see contract section 3, "ETag" */

/** Whether a write may go on with a document that has this tag; `undefined`: there is no document. */
export type Precondition = (tag: string | undefined) => boolean

export interface ConditionHeaders {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
}

export interface Conditions {
  /** The condition of a write; `undefined` if there is none. */
  readonly ofWrite: (method: "POST" | "PUT" | "DELETE", headers: ConditionHeaders) => Precondition | undefined
  /** Whether a GET is answered with 304. @param tag of the document, without quotes */
  readonly isCurrent: (ifNoneMatch: string, tag: string) => boolean
}

const present = (header: string | undefined): string | undefined =>
  header === undefined || header.trim() === "" ? undefined : header

const unquoted = (tag: string): string => /^"(.*)"$/s.exec(tag)?.[1] ?? tag

/** The tags of a list: `W/"a", "b,c", d` has `a`, `b,c` and `d`. */
const tagsOf = (list: string): ReadonlyArray<string> =>
  Array.from(list.matchAll(/[^\s,"](?:[^,"]|"[^"]*")*|"[^"]*"/g), ([tag]) =>
    unquoted(tag.trim().replace(/^W\//, ""))
  )

/** Plain text: a quoted tag never matches. A POST has no condition. */
export const batchConditions: Conditions = {
  ofWrite: (method, { ifMatch }) => {
    const wanted = present(ifMatch)
    return method === "POST" || wanted === undefined
      ? undefined
      : (tag) => tag === undefined || tag === wanted
  },
  isCurrent: () => false
}

/** `*` of `If-None-Match` is met by no document that exists, a tag by each document with another one. */
const noneMatches = (header: string, tag: string): boolean => header !== "*" && !tagsOf(header).includes(tag)

/**
 * `If-Match` is one tag, quoted or bare, or `*`, which needs a document; a weak tag never matches. With a POST each form
 * needs one. A write has the condition of `If-None-Match` only without `If-Match`.
 */
export const mainConditions: Conditions = {
  ofWrite: (method, headers) => {
    const ifMatch = present(headers.ifMatch)
    const ifNoneMatch = present(headers.ifNoneMatch)
    if (ifMatch !== undefined) {
      return (tag) =>
        tag === undefined
          ? method !== "POST" && ifMatch !== "*"
          : ifMatch === "*" || unquoted(ifMatch) === tag
    }
    return ifNoneMatch === undefined ? undefined : (tag) => tag === undefined || noneMatches(ifNoneMatch, tag)
  },
  isCurrent: (ifNoneMatch, tag) => present(ifNoneMatch) !== undefined && !noneMatches(ifNoneMatch, tag)
}

/** `If-Match` is quoted or bare, and needs no document; `If-None-Match` is compared as it is, so only a bare tag matches. */
export const odsConditions: Conditions = {
  ofWrite: (_, { ifMatch }) => {
    const wanted = present(ifMatch)
    return wanted === undefined ? undefined : (tag) => tag === undefined || tag === unquoted(wanted)
  },
  isCurrent: (ifNoneMatch, tag) => ifNoneMatch === tag
}
