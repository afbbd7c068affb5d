/** The store in memory: `MemoryTables`, one transaction at a time. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { makeLockWrites } from "./store/lockWrites.ts"
import { MemoryTables } from "./store/MemoryTables.ts"
import { Store } from "./Store.ts"
import type { StoreError } from "./Store.ts"

const isStoreError = (value: object | undefined): value is StoreError =>
  value !== undefined && "_tag" in value

const attempt = <A extends object | undefined>(run: () => A | StoreError): Effect.Effect<A, StoreError> =>
  Effect.suspend(() => {
    const result = run()
    return isStoreError(result) ? Effect.fail(result) : Effect.succeed(result)
  })

/** One transaction at a time; those that write wait while writes are locked. */
const makeTransactions = Effect.fnUntraced(function* (tables: MemoryTables) {
  const lock = yield* Effect.makeSemaphore(1)
  /** Set while writes are locked; it ends with the lock. */
  let unlocked: Deferred.Deferred<void> | undefined
  const settle = (exit: Exit.Exit<unknown, unknown>) =>
    Effect.sync(() => (Exit.isFailure(exit) ? tables.rollback() : tables.commit()))
  type Run = (typeof Store.Service)["transaction"]
  const readOnly: Run = (body) => lock.withPermits(1)(Effect.onExit(body, settle))
  const transaction: Run = <A, E, R>(body: Effect.Effect<A, E, R>) =>
    lock
      .withPermits(1)(
        Effect.suspend(() =>
          unlocked === undefined
            ? Effect.map(Effect.onExit(body, settle), (value) => Effect.succeed(value))
            : // Waits without the permit, so that reads go on.
              Effect.succeed(Effect.zipRight(Deferred.await(unlocked), transaction(body)))
        )
      )
      .pipe(Effect.flatten)
  const lockedWhile = (held: Effect.Effect<void>) =>
    Effect.acquireUseRelease(
      Effect.tap(Deferred.make<void>(), (end) =>
        lock.withPermits(1)(
          Effect.sync(() => {
            unlocked = end
          })
        )
      ),
      () => held,
      (end) =>
        Effect.suspend(() => {
          unlocked = undefined
          return Deferred.succeed(end, undefined)
        })
    )
  return { transaction, readOnly, lockWrites: yield* makeLockWrites(lockedWhile) }
})

const make = Effect.gen(function* () {
  const tables = new MemoryTables()
  return Store.of({
    ...(yield* makeTransactions(tables)),
    findByKey: (model, key) => Effect.sync(() => tables.findByKey(model, key)),
    findById: (model, id) => Effect.sync(() => tables.findById(model, id)),
    insert: (model, id, document, nowMillis) => attempt(() => tables.insert(model, id, document, nowMillis)),
    insertAll: (documents, nowMillis) =>
      attempt(() => {
        for (const { document, id, model } of documents) {
          const inserted = tables.insert(model, id, document, nowMillis)
          if ("_tag" in inserted) return inserted
        }
        return undefined
      }),
    update: (stored, document, nowMillis) => attempt(() => tables.update(stored, document, nowMillis)),
    remove: (stored) => attempt(() => tables.remove(stored)),
    query: (model, query) => Effect.sync(() => tables.query(model, query)),
    partition: (model, partitioning) => Effect.sync(() => tables.partition(model, partitioning)),
    recordChanges: Effect.sync(() => tables.recordChanges()),
    deletes: (model, query) => Effect.sync(() => tables.deletes(model, query)),
    keyChanges: (model, query) => Effect.sync(() => tables.keyChanges(model, query)),
    newestChangeVersion: Effect.sync(() => tables.newestVersion),
    locate: (keys) => Effect.sync(() => keys.map((one) => tables.locate(one))),
    rows: Effect.sync(() => tables.counts())
  })
})

/** An empty store. */
export const layer: Layer.Layer<Store> = Layer.scoped(Store, make)
