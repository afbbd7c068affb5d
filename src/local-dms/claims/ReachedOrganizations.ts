/** Which education organizations a client reaches: its own and all below them. */
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import type { Models } from "../DataModel.ts"
import { valueAt } from "../model/keys.ts"
import type { Path, ResourceModel } from "../model/ResourceModel.ts"
import { oldestFirst, Store } from "../Store.ts"
import type { StoreError } from "../Store.ts"

/** Ids as text: `255901`, `255901001`. */
export type Reached = ReadonlySet<string>

/** The id space of schools, districts and all other education organizations. */
export const educationOrganizationSpace = "EducationOrganization"

const isEducationOrganization = ({ identities }: ResourceModel): boolean =>
  identities.some(({ space }) => space === educationOrganizationSpace)

/** A reference from an education organization to one above it: of schools `localEducationAgencyReference`. */
interface Parent {
  readonly model: ResourceModel
  readonly id: Path
  readonly parentId: Path
}

const parentsIn = (models: Models): ReadonlyArray<Parent> => {
  const organizations = models.all().filter(isEducationOrganization)
  const spaces = new Set([educationOrganizationSpace, ...organizations.map(({ identity }) => identity.space)])
  return organizations.flatMap((model) =>
    [...model.members.byName.values()].flatMap(({ name, shape }) =>
      shape._tag === "reference" && spaces.has(shape.space)
        ? [{ model, id: model.identity.parts[0]?.path ?? [], parentId: [name, shape.parts[0] ?? ""] }]
        : []
    )
  )
}

/** Walks down from the client's education organizations, level by level. */
const walkDown = Effect.fnUntraced(function* (
  store: Store["Type"],
  parents: ReadonlyArray<Parent>,
  own: ReadonlyArray<string>
) {
  const reached = new Set(own)
  let level: Reached = reached
  while (level.size > 0) {
    const below = new Set<string>()
    for (const { id, model, parentId } of parents) {
      const where = [{ _tag: "oneOf", path: parentId, values: level }] as const
      for (const { body } of (yield* store.query(model, { ...oldestFirst, where })).items)
        below.add(String(valueAt(body, id)))
    }
    level = new Set([...below].filter((one) => !reached.has(one)))
    for (const one of level) reached.add(one)
  }
  return reached
})

/** What the transaction of a fiber has done. */
interface Transaction {
  wroteOrganization: boolean
  /** What the client reaches in the eyes of this transaction, once it has written an education organization. */
  reached: Reached | undefined
}

/**
 * What a client reaches, kept until an education organization is written through `store`. A transaction that writes one
 * sees what it wrote; the others see what was committed.
 */
export class ReachedOrganizations {
  /** The store through which the server has to write. */
  readonly store: Store["Type"]
  readonly #inner: Store["Type"]
  readonly #own: ReadonlyArray<string>
  readonly #models: Models
  #parents: ReadonlyArray<Parent> | undefined
  #committed: Reached | undefined
  /** Counts the transactions that wrote education organizations. */
  #version = 0
  readonly #transaction = FiberRef.unsafeMake<Transaction | undefined>(undefined)

  /** @param own the ids of the client's education organizations */
  constructor(inner: Store["Type"], models: Models, own: ReadonlyArray<number>) {
    this.#inner = inner
    this.#models = models
    this.#own = own.map(String)
    this.store = Store.of({
      ...inner,
      transaction: (body) =>
        Effect.suspend(() => {
          const transaction: Transaction = { wroteOrganization: false, reached: undefined }
          const tracked = Effect.locally(body, this.#transaction, transaction)
          return Effect.ensuring(
            inner.transaction(tracked),
            Effect.sync(() => transaction.wroteOrganization && this.#forget())
          )
        }),
      insert: (model, id, document, nowMillis) =>
        this.#noting(model, inner.insert(model, id, document, nowMillis)),
      insertAll: (documents, nowMillis) => {
        const organization = documents.find(({ model }) => isEducationOrganization(model))
        const inserted = inner.insertAll(documents, nowMillis)
        return organization === undefined ? inserted : this.#noting(organization.model, inserted)
      },
      update: (stored, document, nowMillis) =>
        this.#noting(stored.model, inner.update(stored, document, nowMillis)),
      remove: (stored) => this.#noting(stored.model, inner.remove(stored))
    })
  }

  readonly ids: Effect.Effect<Reached, StoreError> = Effect.suspend(() =>
    Effect.flatMap(FiberRef.get(this.#transaction), (transaction) =>
      transaction?.wroteOrganization === true ? this.#seenBy(transaction) : this.#shared()
    )
  )

  /** Notes a write of an education organization in the transaction of this fiber. */
  #noting<A, E>(model: ResourceModel, write: Effect.Effect<A, E>): Effect.Effect<A, E> {
    if (!isEducationOrganization(model)) return write
    return Effect.zipRight(
      Effect.map(FiberRef.get(this.#transaction), (transaction) => {
        if (transaction === undefined) return
        transaction.wroteOrganization = true
        transaction.reached = undefined
      }),
      write
    )
  }

  #forget(): void {
    this.#committed = undefined
    this.#version++
  }

  #walk(): Effect.Effect<Reached, StoreError> {
    return walkDown(this.#inner, (this.#parents ??= parentsIn(this.#models)), this.#own)
  }

  #seenBy(transaction: Transaction): Effect.Effect<Reached, StoreError> {
    if (transaction.reached !== undefined) return Effect.succeed(transaction.reached)
    return Effect.tap(this.#walk(), (reached) => {
      transaction.reached = reached
    })
  }

  /** Not kept if an education organization was written meanwhile. */
  #shared(): Effect.Effect<Reached, StoreError> {
    if (this.#committed !== undefined) return Effect.succeed(this.#committed)
    const version = this.#version
    return Effect.tap(this.#walk(), (reached) => {
      if (version === this.#version) this.#committed = reached
    })
  }
}
