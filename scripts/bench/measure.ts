/** One measurement of one contender: start it, let it warm up, watch a window from the target's side, end it. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { mkdirSync, readFileSync, rmSync } from "node:fs"
import { BenchFailed, type Child, startChild } from "./children.ts"
import type { Contender, Load } from "./contenders.ts"
import { coreMicros, idleMicros, usageOf } from "./procfs.ts"
import { type Reading, startTarget, type Target } from "./startTarget.ts"

/** What is read of our own `summary.json`. */
const Summary = Schema.parseJson(
  Schema.Struct({
    requests: Schema.Struct({ total: Schema.Int, failed: Schema.Int }),
    operations: Schema.Struct({ succeeded: Schema.Int, perSecond: Schema.Number }),
    latencyMs: Schema.Struct({ p50: Schema.Number, p99: Schema.Number })
  })
)
export interface Summary extends Schema.Schema.Type<typeof Summary> {}

/** A stretch of time in which a contender runs at full speed. */
export interface Window {
  /** Complete batches that the target answered in the window. */
  readonly batchesPerSecond: number
  readonly bytesPerBatch: number
  /** Of the contender's whole process tree; `undefined` without /proc. */
  readonly cpuMicrosPerBatch: number | undefined
  /** Share of a core that the target itself used: near 1 it was the limit, and not the contender. */
  readonly targetBusy: number
  /** Share of a core, the contender's or the target's, that went to others; `undefined` where it cannot be told. */
  readonly takenByOthers: number | undefined
  /** Share of the contender's cores that had nothing to do: its users waited, and more of them would have sent more. */
  readonly coresIdle: number | undefined
}

export interface Measurement extends Window {
  /** The most that its processes had resident at any time, each at its own peak, summed up; `undefined` without /proc. */
  readonly peakRssMegabytes: number | undefined
  /** Of the whole run, as the target counted them after its end. */
  readonly sockets: Pick<Reading, "socketsOpen" | "socketsOpened">
  /** Of our command, over its whole run. */
  readonly summary: Summary | undefined
  /** What the contender counted and the target did not, or the other way round; empty where they agree. */
  readonly disagreement: string
}

export interface Places {
  readonly contender: string
  readonly target: string
}

/** Contender on core 0, target on core 1. */
export const oneCoreEach: Places = { contender: "0", target: "1" }

const operationsOf = Schema.decodeUnknown(
  Schema.parseJson(
    Schema.Array(
      Schema.Struct({
        op: Schema.String,
        resource: Schema.Literal("students"),
        naturalKey: Schema.optional(Schema.Struct({ studentUniqueId: Schema.String })),
        document: Schema.optional(
          Schema.Struct({
            studentUniqueId: Schema.String,
            firstName: Schema.String,
            middleName: Schema.String,
            lastSurname: Schema.String,
            preferredFirstName: Schema.String,
            personalTitlePrefix: Schema.String,
            generationCodeSuffix: Schema.String,
            birthDate: Schema.String,
            birthCity: Schema.String,
            multipleBirthStatus: Schema.Boolean
          })
        )
      })
    )
  ),
  { onExcessProperty: "error" }
)

const ops = ["create", "update", "delete"]

/** Whether what a contender sends is what all of them shall send. @returns what is wrong, or `undefined` */
const checkBatches = (bodies: ReadonlyArray<string>, { triples }: Load, fresh: boolean) =>
  Effect.gen(function* () {
    const created = new Set<string>()
    for (const body of bodies) {
      const operations = yield* operationsOf(body)
      if (operations.length !== triples * 3) return `${operations.length} operations in a batch`
      for (const [index, { document, naturalKey, op }] of operations.entries()) {
        if (op !== ops[index % 3]) return `operation ${index} is a ${op}`
        if ((op === "delete") === (document !== undefined)) return `the document of operation ${index}`
        if ((op === "create") === (naturalKey !== undefined)) return `the target of operation ${index}`
        if (op === "create" && document !== undefined) created.add(document.studentUniqueId)
      }
    }
    const keys = fresh ? triples * bodies.length : triples
    return created.size === keys ? undefined : `${created.size} different students, not ${keys}`
  }).pipe(
    Effect.catchAll((error) => Effect.succeed(error.message)),
    Effect.map((wrong) => (wrong === undefined ? undefined : `sends other batches than asked for: ${wrong}`))
  )

const readSummary = (folder: string) =>
  Effect.try({
    try: () => readFileSync(`${folder}/summary.json`, "utf8"),
    catch: (error) => new BenchFailed({ message: String(error) })
  }).pipe(Effect.flatMap((text) => Effect.orDie(Schema.decodeUnknown(Summary)(text))))

/** What our command counted against what the target answered in all; empty where both say the same. */
const compare = ({ operations, requests }: Summary, answered: number, { triples }: Load): string => {
  const expected = { requests: answered, operations: answered * triples * 3 }
  return requests.total - requests.failed === expected.requests &&
    operations.succeeded === expected.operations
    ? ""
    : `it counted ${requests.total} batches (${requests.failed} failed) and ${operations.succeeded} operations, ` +
        `the target answered ${expected.requests} batches of ${expected.operations} operations`
}

const difference = (from: number | undefined, to: number | undefined): number | undefined =>
  from === undefined || to === undefined ? undefined : to - from

/** Waits until the target has answered a first batch. */
const firstBatch = (child: Child, target: Target) =>
  Effect.gen(function* () {
    for (let waited = 0; (yield* target.read).batches === 0; waited += 50) {
      if (child.hasEnded) return yield* new BenchFailed({ message: `ended at once\n${child.said}` })
      if (waited > 60_000) return yield* new BenchFailed({ message: `sends nothing\n${child.said}` })
      yield* Effect.sleep(50)
    }
  })

/** Where others took more of a core, a window says as much about them as about the contender. */
const maxTakenByOthers = 0.1

const isDisturbed = ({ takenByOthers = 0 }: Window): boolean => takenByOthers > maxTakenByOthers

/** Everything that a window needs to know at one moment. */
const look = (child: Child, target: Target, places: Places) =>
  Effect.map(target.read, (reading) => ({
    reading,
    usage: usageOf(child.pid),
    contenderCore: coreMicros(places.contender),
    idle: idleMicros(places.contender),
    targetCore: coreMicros(places.target)
  }))

/** Looks, waits, and looks again. */
const watch = (
  child: Child,
  target: Target,
  places: Places,
  seconds: number
): Effect.Effect<Window, BenchFailed> =>
  Effect.gen(function* () {
    const before = yield* look(child, target, places)
    yield* Effect.sleep(seconds * 1000)
    const after = yield* look(child, target, places)
    const batches = after.reading.batches - before.reading.batches
    if (batches === 0) return yield* new BenchFailed({ message: `sent nothing in the window\n${child.said}` })
    const lastedMicros = (after.reading.nanos - before.reading.nanos) / 1000
    const cpuMicros = difference(before.usage?.cpuMicros, after.usage?.cpuMicros)
    const targetMicros = after.reading.cpuMicros - before.reading.cpuMicros
    const foreign = [
      difference(cpuMicros, difference(before.contenderCore, after.contenderCore)),
      difference(targetMicros, difference(before.targetCore, after.targetCore))
    ].filter((micros) => micros !== undefined)
    const idle = difference(before.idle, after.idle)
    return {
      batchesPerSecond: (batches * 1e6) / lastedMicros,
      bytesPerBatch: (after.reading.bytes - before.reading.bytes) / batches,
      cpuMicrosPerBatch: cpuMicros === undefined ? undefined : cpuMicros / batches,
      targetBusy: targetMicros / lastedMicros,
      takenByOthers:
        foreign.length === 0 || places.contender === places.target
          ? undefined
          : Math.max(0, ...foreign) / lastedMicros,
      coresIdle: idle === undefined ? undefined : idle / lastedMicros / places.contender.split(",").length
    }
  })

/** A contender that runs at full speed against a target of its own. */
export interface Running {
  /** Looks, waits so many seconds, and looks again. */
  readonly watch: (seconds: number) => Effect.Effect<Window, BenchFailed>
  /** Ends it, and compares what it counted with what its target did. */
  readonly end: Effect.Effect<Omit<Measurement, keyof Window>, BenchFailed>
}

/**
 * Starts a contender, which ends with the scope, and lets it warm up.
 *
 * @throws BenchFailed when it does not start, sends other batches than asked for, or ends badly
 */
export const startContender = (
  contender: Contender,
  load: Omit<Load, "url">,
  places: Places
): Effect.Effect<Running, BenchFailed, Scope.Scope> => {
  const failAs = Effect.mapError(
    ({ message }: BenchFailed) => new BenchFailed({ message: `${contender.name}: ${message}` })
  )
  return Effect.gen(function* () {
    const target = yield* startTarget(places.target, load.triples * 3, load.tls)
    const whole = { ...load, url: target.url }
    yield* Effect.acquireRelease(
      Effect.sync(() => mkdirSync(load.folder, { recursive: true })),
      () => Effect.sync(() => rmSync(load.folder, { recursive: true, force: true }))
    )
    const child = yield* startChild(places.contender, contender.command(whole))
    yield* firstBatch(child, target)
    const wrong = yield* checkBatches(yield* target.capture, whole, contender.fresh)
    if (wrong !== undefined) return yield* new BenchFailed({ message: wrong })
    yield* Effect.sleep(contender.warmUpSeconds * 1000)

    const end = Effect.gen(function* () {
      const usage = usageOf(child.pid)
      if (child.hasEnded) return yield* new BenchFailed({ message: `ended too early\n${child.said}` })
      child.signal("SIGINT")
      const code = yield* child.ended(20_000)
      if (code === undefined || !contender.endsWith.includes(code)) {
        return yield* new BenchFailed({ message: `ended with ${code ?? "nothing but force"}\n${child.said}` })
      }
      const summary = contender.summarizes ? yield* readSummary(load.folder) : undefined
      const { batches: answered, socketsOpen, socketsOpened } = yield* target.read
      return {
        sockets: { socketsOpen, socketsOpened },
        peakRssMegabytes: usage === undefined ? undefined : usage.peakRssBytes / 1e6,
        summary,
        disagreement: summary === undefined ? "" : compare(summary, answered, whole)
      }
    })
    return {
      watch: (seconds: number) => failAs(watch(child, target, places, seconds)),
      end: failAs(end)
    }
  }).pipe(failAs)
}

/** Fails where a contender and its target counted different things. */
export const agreed = <A extends Pick<Measurement, "disagreement">>(
  measured: A
): Effect.Effect<A, BenchFailed> =>
  measured.disagreement === ""
    ? Effect.succeed(measured)
    : new BenchFailed({ message: `WRONG COUNTS: ${measured.disagreement}` })

/**
 * Measures a contender. A window in which others took more than a tenth of a core is followed by another, up to three
 * times; the quietest counts.
 *
 * @param seconds how long the window is, after the contender's warm-up
 * @throws BenchFailed when it does not start, sends other batches than asked for, or ends badly
 */
export const measure = (
  contender: Contender,
  load: Omit<Load, "url" | "maxSeconds">,
  seconds: number,
  places: Places = oneCoreEach
): Effect.Effect<Measurement, BenchFailed> =>
  Effect.gen(function* () {
    const maxSeconds = Math.ceil(contender.warmUpSeconds + 4 * seconds) + 60
    const running = yield* startContender(contender, { ...load, maxSeconds }, places)
    let window = yield* running.watch(seconds)
    for (let again = 0; again < 3 && isDisturbed(window); again++) {
      const next = yield* running.watch(seconds)
      if ((next.takenByOthers ?? 0) < (window.takenByOthers ?? 0)) window = next
    }
    return { ...window, ...(yield* running.end) }
  }).pipe(Effect.scoped)
