/**
 * Machines on one machine: network namespaces of Linux, each with an address of its own on a switch that they share. Needs
 * root and `ip` (iproute2). Nothing is made outside of the namespaces, so that removing them removes everything.
 */
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"

const prefix = "edfi-perf"

const ip = (...words: ReadonlyArray<string>): string =>
  execFileSync("ip", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

const attempt = (action: () => void): unknown => {
  try {
    action()
    return undefined
  } catch (error) {
    return error
  }
}

/** Of namespaces that `ip` knows. */
const namesOfNamespaces = (): ReadonlyArray<string> =>
  ip("netns", "list")
    .split("\n")
    .flatMap((line) => line.split(" ")[0] ?? [])
    .filter((name) => name !== "")

/** Ends what runs in a namespace, and removes it. */
const remove = (name: string): void => {
  attempt(() => {
    for (const pid of ip("netns", "pids", name).split("\n").filter(Boolean)) {
      attempt(() => process.kill(Number(pid), "SIGKILL"))
    }
  })
  attempt(() => ip("netns", "delete", name))
}

/** Namespaces of processes that ended without removing them, such as one that was killed. */
const removeStale = (): void => {
  for (const name of namesOfNamespaces()) {
    const [, pid] = /^edfi-perf-(\d+)-/.exec(name) ?? []
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) remove(name)
  }
}

/** Why namespaces cannot be made here; `undefined` if they can. */
export const whyNoNamespaces = (): string | undefined => {
  if (process.platform !== "linux") return "needs Linux"
  if (process.getuid?.() !== 0) return "needs root"
  const name = `${prefix}-${process.pid}-probe`
  const refused =
    attempt(() => ip("netns", "add", name)) ?? attempt(() => ip("-n", name, "link", "set", "lo", "up"))
  attempt(() => ip("netns", "delete", name))
  return refused === undefined ? undefined : `needs network namespaces: ${String(refused).split("\n")[0]}`
}

export interface Network {
  /** @example addressOf("coordinator") // "10.77.0.1" */
  readonly addressOf: (machine: string) => string
  /** The words that start a program on a machine: `ip netns exec NAME`, which becomes that program. */
  readonly on: (machine: string) => ReadonlyArray<string>
  /** Pulls the cable of a machine, or plugs it in again. */
  readonly setLink: (machine: string, state: "up" | "down") => void
  /** Ends everything on these machines, and removes them. */
  readonly remove: () => void
}

let networks = 0

/**
 * Makes machines whose addresses are 10.77.0.1, 10.77.0.2, ... in the given order. They reach each other and nothing else. Removed
 * at the latest when this process exits.
 */
export const makeNetwork = (machines: ReadonlyArray<string>): Network => {
  removeStale()
  const nth = networks++
  const nameOf = (machine: string) => `${prefix}-${process.pid}-${nth}-${machine}`
  const all = ["switch", ...machines].map(nameOf)
  const removeAll = () => all.forEach(remove)
  process.once("exit", removeAll)
  const portOf = (machine: string) => `port${machines.indexOf(machine) + 1}`
  const addressOf = (machine: string) => `10.77.0.${machines.indexOf(machine) + 1}`
  const hub = nameOf("switch")
  for (const name of all) ip("netns", "add", name)
  ip("-n", hub, "link", "add", "bridge", "type", "bridge")
  ip("-n", hub, "link", "set", "bridge", "up")
  for (const machine of machines) {
    const name = nameOf(machine)
    ip("-n", hub, "link", "add", portOf(machine), "type", "veth", "peer", "name", "eth0", "netns", name)
    ip("-n", hub, "link", "set", portOf(machine), "master", "bridge", "up")
    ip("-n", name, "address", "add", `${addressOf(machine)}/24`, "dev", "eth0")
    ip("-n", name, "link", "set", "lo", "up")
    ip("-n", name, "link", "set", "eth0", "up")
  }
  return {
    addressOf,
    on: (machine) => ["ip", "netns", "exec", nameOf(machine)],
    setLink: (machine, state) => void ip("-n", hub, "link", "set", portOf(machine), state),
    remove: () => {
      process.removeListener("exit", removeAll)
      removeAll()
    }
  }
}
