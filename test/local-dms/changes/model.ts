/**
 * What Change Queries must answer, from plain arrays: sessions, course offerings in them, sections of those. A change of
 * a session's name changes the keys of all that depend on it.
 */

export const endpoints = ["sessions", "courseOfferings", "sections"] as const
export type Endpoint = (typeof endpoints)[number]

/** The parts of keys that vary; a document has those of its endpoint. */
export interface Key {
  readonly sessionName: string
  readonly localCourseCode?: string
  readonly sectionIdentifier?: string
}

export interface Document {
  readonly endpoint: Endpoint
  readonly id: string
  readonly key: Key
  /** What updates change. */
  readonly value: number
  /** The number of the operation that wrote it last. */
  readonly changed: number
}

interface Deletion {
  readonly endpoint: Endpoint
  readonly id: string
  readonly key: Key
  readonly changed: number
}

interface Renaming {
  readonly endpoint: Endpoint
  readonly id: string
  readonly before: Key
  readonly after: Key
  readonly changed: number
}

/** Operations after the first number up to the second. */
export interface Window {
  readonly after: number
  readonly upTo: number
}

const sameKey = (one: Key, other: Key): boolean =>
  one.sessionName === other.sessionName &&
  one.localCourseCode === other.localCourseCode &&
  one.sectionIdentifier === other.sectionIdentifier

/** Whether a document with this key refers to `target`, directly or through another. */
const isBelow = (key: Key, target: Key): boolean =>
  key.sessionName === target.sessionName &&
  (target.localCourseCode === undefined || key.localCourseCode === target.localCourseCode) &&
  target.sectionIdentifier === undefined &&
  !sameKey(key, target)

export class ChangesModel {
  /** By age. */
  documents: ReadonlyArray<Document> = []
  #deletions: ReadonlyArray<Deletion> = []
  #renamings: ReadonlyArray<Renaming> = []

  find(endpoint: Endpoint, key: Key): Document | undefined {
    return this.documents.find((one) => one.endpoint === endpoint && sameKey(one.key, key))
  }

  hasDependents({ key }: Document): boolean {
    return this.documents.some((one) => isBelow(one.key, key))
  }

  create(document: Document): void {
    this.documents = [...this.documents, document]
  }

  update({ id }: Document, value: number, changed: number): void {
    this.documents = this.documents.map((one) => (one.id === id ? { ...one, value, changed } : one))
  }

  /** Changes one part of the key of a document and of all that are below it. */
  rename(target: Document, part: Partial<Key>, changed: number): void {
    this.documents = this.documents.map((one) => {
      if (one.id !== target.id && !isBelow(one.key, target.key)) return one
      const after = { ...one.key, ...part }
      const { endpoint, id, key: before } = one
      this.#renamings = [...this.#renamings, { endpoint, id, before, after, changed }]
      return { ...one, key: after, changed }
    })
  }

  delete({ endpoint, id, key }: Document, changed: number): void {
    this.documents = this.documents.filter((one) => one.id !== id)
    this.#deletions = [...this.#deletions, { endpoint, id, key, changed }]
  }

  changedIn(endpoint: Endpoint, window: Window): ReadonlyArray<Document> {
    return this.documents.filter((one) => one.endpoint === endpoint && isIn(one, window))
  }

  deletedIn(endpoint: Endpoint, window: Window): ReadonlyArray<Deletion> {
    return this.#deletions.filter(
      (one) => one.endpoint === endpoint && isIn(one, window) && this.find(endpoint, one.key) === undefined
    )
  }

  /** The first and last renaming of each document as one. */
  renamedIn(endpoint: Endpoint, window: Window): ReadonlyArray<Renaming> {
    const all = this.#renamings.filter((one) => one.endpoint === endpoint && isIn(one, window))
    return all.flatMap((last, index) => {
      if (all.slice(index + 1).some(({ id }) => id === last.id)) return []
      return [{ ...last, before: all.find(({ id }) => id === last.id)?.before ?? last.before }]
    })
  }
}

const isIn = ({ changed }: { readonly changed: number }, { after, upTo }: Window): boolean =>
  changed > after && changed <= upTo
