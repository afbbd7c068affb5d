/** The processor time of all processes but this one: whether others left the load generator a processor. */
import * as Schema from "effect/Schema"
import { excerpt } from "../domain/excerpt.ts"
import { listed } from "../domain/words.ts"
import { rounded } from "./rounded.ts"

/** Names kept over time. A name that is never among these in a scan is not reported. */
const maxNames = 8

/** The name of a process is that of another party's program. */
const maxNameLength = 64

/** Processor time of all processes of one name. */
const NamedTime = Schema.Struct({
  name: Schema.String.pipe(Schema.maxLength(maxNameLength)),
  usedMicros: Schema.NonNegative
})
export interface NamedTime extends Schema.Schema.Type<typeof NamedTime> {}

/** The other processes over a period, on the processors that this process may use. */
export const OtherPrograms = Schema.Struct({
  /** Processor time of all of them. */
  usedMicros: Schema.NonNegative,
  /** The number of these processors. */
  processors: Schema.NonNegativeInt,
  /** The time that `byName` covers: processes are read one after the other, so it ends at other times than the period. */
  namedMicros: Schema.NonNegative,
  /** Most first, at most `maxNames`. Processes that a container hides are missing; their time is in `usedMicros`. */
  byName: Schema.Array(NamedTime).pipe(Schema.maxItems(maxNames))
})
export interface OtherPrograms extends Schema.Schema.Type<typeof OtherPrograms> {}

/** Names in a report. */
const maxBusiest = 3

/** A program that used less is not among the busiest. */
const minBusiestCores = 0.1

/** Adds up the processes of a name; the busiest names first. */
export const addByName = (times: ReadonlyArray<NamedTime>): ReadonlyArray<NamedTime> => {
  const sums = new Map<string, number>()
  for (const { name, usedMicros } of times) sums.set(name, (sums.get(name) ?? 0) + usedMicros)
  return [...sums]
    .map(([name, usedMicros]) => ({ name, usedMicros }))
    .filter(({ usedMicros }) => usedMicros > 0)
    .toSorted((a, b) => b.usedMicros - a.usedMicros)
    .slice(0, maxNames)
}

/** Two periods together; `null` if one is not known. */
export const mergeOthers = (a: OtherPrograms | null, b: OtherPrograms | null): OtherPrograms | null =>
  a === null || b === null
    ? null
    : {
        usedMicros: a.usedMicros + b.usedMicros,
        processors: b.processors,
        namedMicros: a.namedMicros + b.namedMicros,
        byName: addByName([...a.byName, ...b.byName])
      }

/** The other processes in cores. */
export interface OtherCores {
  /** Processor time per second: 1 is one core. */
  readonly cores: number
  /** Processors that this process may use. */
  readonly processors: number
  /** The busiest names, at most three, each with 0.1 cores or more. */
  readonly busiest: ReadonlyArray<{ readonly name: string; readonly cores: number }>
}

/** @example { observedMicros: 2e6, others: { usedMicros: 3e6, ... } } gives 1.5 cores; `null` where it is not known */
export const otherCores = ({
  observedMicros,
  others
}: {
  readonly observedMicros: number
  readonly others: OtherPrograms | null
}): OtherCores | null =>
  others === null || observedMicros === 0
    ? null
    : {
        cores: Math.min(others.processors, others.usedMicros / observedMicros),
        processors: others.processors,
        busiest:
          others.namedMicros === 0
            ? []
            : others.byName
                .map(({ name, usedMicros }) => ({ name, cores: rounded(usedMicros / others.namedMicros, 3) }))
                .filter(({ cores }) => cores >= minBusiestCores)
                .slice(0, maxBusiest)
      }

/** @example othersText(...) // "1.8 of 2 cores, most of all postgres (1.1 cores) and dotnet (0.6)" */
export const othersText = ({ busiest, cores, processors }: OtherCores): string => {
  const names = busiest.map((each, i) => `${each.name} (${each.cores.toFixed(1)}${i === 0 ? " cores" : ""})`)
  return `${cores.toFixed(1)} of ${processors} cores${names.length === 0 ? "" : `, most of all ${listed(names)}`}`
}

/** Unit of the times in `/proc`: 100 a second on all Linux systems that run Node. */
const tickMicros = 10_000

/**
 * Reads a list of processors of `/proc/self/status`.
 *
 * @example parseProcessors("Cpus_allowed_list:\t0-2,5\n") // 0, 1, 2 and 5
 */
export const parseProcessors = (status: string): ReadonlySet<number> => {
  const list = /^Cpus_allowed_list:(.*)$/m.exec(status)?.[1] ?? ""
  return new Set(
    [...list.matchAll(/(\d+)(?:-(\d+))?/g)].flatMap(([, first, last = first]) =>
      Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i)
    )
  )
}

/**
 * The time that some processors spent in programs and the kernel since the machine started, without interrupts.
 *
 * @param stat the text of `/proc/stat`
 * @returns microseconds, and the number of these processors; `undefined` if the text has none of them
 * @see https://man7.org/linux/man-pages/man5/proc_stat.5.html
 */
export const parseMachineTime = (
  stat: string,
  allowed: ReadonlySet<number>
): { readonly usedMicros: number; readonly processors: number } | undefined => {
  const used = [...stat.matchAll(/^cpu(\d+) +(\d+) +(\d+) +(\d+) /gm)].flatMap(
    ([, processor, user, nice, system]) =>
      allowed.has(Number(processor)) ? [Number(user) + Number(nice) + Number(system)] : []
  )
  return used.length === 0
    ? undefined
    : { usedMicros: used.reduce((sum, ticks) => sum + ticks, 0) * tickMicros, processors: used.length }
}

/** A process as `/proc/PID/stat` reports it. */
export interface ProcessTime extends NamedTime {
  /** The processor that it last ran on. */
  readonly processor: number
}

/**
 * @param stat the text of `/proc/PID/stat`; a name may contain blanks and parentheses
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 * @example parseProcess("7 (a b) R 1 ...") // { name: "a b", usedMicros: 120_000, processor: 1 }
 */
export const parseProcess = (stat: string): ProcessTime | undefined => {
  const [open, close] = [stat.indexOf("("), stat.lastIndexOf(")")]
  if (open < 0 || close < open) return undefined
  const fields = stat.slice(close + 2).split(" ")
  // Fields 14, 15 and 39; the first one after the name is 3.
  const [user, system, processor] = [fields[11], fields[12], fields[36]].map(Number)
  if (user === undefined || system === undefined || processor === undefined) return undefined
  const usedMicros = (user + system) * tickMicros
  return Number.isFinite(usedMicros)
    ? { name: excerpt(stat.slice(open + 1, close), maxNameLength), usedMicros, processor }
    : undefined
}

/** The processes of one scan, by their ids. */
export type Scan = ReadonlyMap<number, ProcessTime>

/**
 * The time that processes used between two scans, by name. A process that is new has used all of its time since then.
 *
 * @param allowed processes that last ran on another processor are left out
 */
export const usedBetween = (
  before: Scan,
  after: Scan,
  allowed: ReadonlySet<number>
): ReadonlyArray<NamedTime> =>
  addByName(
    [...after].flatMap(([id, { name, processor, usedMicros }]) => {
      const earlier = before.get(id)?.usedMicros ?? 0
      // An id that was used again.
      const since = usedMicros < earlier ? usedMicros : usedMicros - earlier
      return allowed.has(processor) ? [{ name, usedMicros: since }] : []
    })
  )
