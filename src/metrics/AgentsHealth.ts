/** The health of the agents of a load since it was last taken, as their reports arrive. */
import { acrossAgents } from "./acrossAgents.ts"
import { type GeneratorHealth, mergeHealth, type ProcessHealth, silentProcess } from "./GeneratorHealth.ts"

export class AgentsHealth {
  private readonly agents = new Map<string, ProcessHealth>()

  /** @param health `nothingObserved` when the load starts, so that every second of the run has every agent */
  add(name: string, health: ProcessHealth): void {
    const before = this.agents.get(name)
    // What is not known of a time that was not observed is known after it.
    this.agents.set(
      name,
      before === undefined || before.observedMicros === 0 ? health : mergeHealth(before, health)
    )
  }

  /** The load generator: the agents, with the coordinator apart, or the coordinator's own process while there are none. */
  take(coordinator: ProcessHealth): GeneratorHealth {
    if (this.agents.size === 0) return coordinator
    const taken = new Map(this.agents)
    for (const [name, health] of this.agents) this.agents.set(name, silentProcess(health))
    return {
      ...acrossAgents([...taken.values()], coordinator.observedMicros),
      apart: { coordinator, agents: taken }
    }
  }
}
