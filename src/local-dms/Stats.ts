/** The counters of the local DMS since its start, and its present load, to check the report of a client against. */
import * as Schema from "effect/Schema"
import type { FaultName } from "./Faults.ts"
import type { ResourceModel } from "./model/ResourceModel.ts"

const Count = Schema.NonNegativeInt
const Counts = Schema.Record({ key: Schema.String, value: Count })

/** The response of `GET /_local/stats`. */
export const Stats = Schema.Struct({
  /** By route, then by status or `reset`: `{"POST /batch": {"200": 12, "409": 1}}`. */
  requests: Schema.Record({ key: Schema.String, value: Counts }),
  batches: Schema.Struct({
    /** Committed, including empty ones. */
    committed: Count,
    /** Started and rolled back. */
    rolledBack: Count,
    /** Rejected before any operation ran: 400, 413, 500. */
    refused: Count
  }),
  /** Committed operations and single requests, by endpoint, those of extensions `tpdm/candidates`; creates of an existing identity are included. */
  operations: Schema.Struct({ create: Counts, update: Counts, delete: Counts }),
  /** Creates that updated an existing document, by endpoint. */
  upsertsOnCreate: Counts,
  /** Stored documents, by endpoint; descriptors are left out. */
  rows: Counts,
  /** Unknown members that were dropped; each one is a mistake in a scenario. */
  membersPruned: Count,
  /** The same by endpoint and path: `{"students.addresses": 10}`. */
  pruned: Counts,
  /** Faults that took effect, by name. */
  faults: Counts,
  /** Requests that got no connection within `--poolTimeout`: 500. */
  poolTimeouts: Count,
  /** Tokens issued. */
  logins: Count,
  /** Requests to `/batch` and `/data` at this moment. */
  now: Schema.Struct({
    /** In progress, at most `--concurrency`. */
    underWay: Count,
    /** In line for one of the `--concurrency` seats. */
    waiting: Count,
    /** Collapsed since `--stuckAbove` requests waited. */
    stuck: Schema.Boolean
  })
})
export interface Stats extends Schema.Schema.Type<typeof Stats> {}

export type WriteKind = "create" | "update" | "delete"

/** A write, counted when its transaction is committed. */
export interface Write {
  readonly kind: WriteKind
  readonly model: ResourceModel
  /** A create that updated an existing document. */
  readonly upsert: boolean
}

type CountByName = Map<string, number>

const add = (tally: CountByName, name: string): void => {
  tally.set(name, (tally.get(name) ?? 0) + 1)
}

/** The counters behind `Stats`. */
export class Counters {
  readonly #requests = new Map<string, CountByName>()
  readonly #batches = { committed: 0, rolledBack: 0, refused: 0 }
  readonly #operations: { readonly [kind in WriteKind]: CountByName } = {
    create: new Map(),
    update: new Map(),
    delete: new Map()
  }
  readonly #upserts: CountByName = new Map()
  readonly #pruned: CountByName = new Map()
  readonly #faults: CountByName = new Map()
  #poolTimeouts = 0
  #logins = 0

  countRequest(route: string, status: number | "reset"): void {
    const tally = this.#requests.get(route) ?? new Map<string, number>()
    this.#requests.set(route, tally)
    add(tally, String(status))
  }

  countBatch(result: keyof Stats["batches"]): void {
    this.#batches[result]++
  }

  countWrites(writes: ReadonlyArray<Write>): void {
    for (const { kind, model, upsert } of writes) {
      add(this.#operations[kind], model.identity.space)
      if (upsert) add(this.#upserts, model.identity.space)
    }
  }

  countPruned(model: ResourceModel, path: string): void {
    add(this.#pruned, model.identity.space + path.slice(1))
  }

  countFault(name: FaultName): void {
    add(this.#faults, name)
  }

  countPoolTimeout(): void {
    this.#poolTimeouts++
  }

  countLogin(): void {
    this.#logins++
  }

  /** @param rows stored documents, by endpoint */
  stats(rows: Stats["rows"], { stuck, underWay, waiting }: Stats["now"]): Stats {
    const { create, delete: deleted, update } = this.#operations
    return {
      requests: Object.fromEntries(
        [...this.#requests].map(([route, tally]) => [route, Object.fromEntries(tally)])
      ),
      batches: { ...this.#batches },
      operations: {
        create: Object.fromEntries(create),
        update: Object.fromEntries(update),
        delete: Object.fromEntries(deleted)
      },
      upsertsOnCreate: Object.fromEntries(this.#upserts),
      rows,
      membersPruned: [...this.#pruned.values()].reduce((sum, count) => sum + count, 0),
      pruned: Object.fromEntries(this.#pruned),
      faults: Object.fromEntries(this.#faults),
      poolTimeouts: this.#poolTimeouts,
      logins: this.#logins,
      now: { underWay, waiting, stuck }
    }
  }
}
