/** The machine that the load generator runs on. */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os"

export interface MachineFacts {
  /** `linux 6.1.0 x64`. */
  readonly os: string
  /** The model of the first processor; `unknown` where the system does not name it. */
  readonly cpu: string
  /** Processors that this process may use. */
  readonly cores: number
  readonly memoryBytes: number
  /** The version of Node: `20.18.1`. */
  readonly node: string
}

/** Unless a program provides it (`nodeMachine`), results name no machine, so that those of tests do not depend on one. */
export class Machine extends Context.Reference<Machine>()("edfi-perf/metrics/Machine", {
  defaultValue: (): { readonly facts: MachineFacts | null } => ({ facts: null })
}) {}

export const nodeMachine: Layer.Layer<never> = Layer.sync(Machine, () => ({
  facts: {
    os: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    node: process.versions.node
  }
}))
