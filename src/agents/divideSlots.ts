/** Divides a load among agents. */

export interface Slots {
  readonly slots: number
}

/**
 * The slots of each agent that take part in a load, in the order of the agents: all of them, unless the load has fewer users
 * or connections. Then each agent gets one after the other; some may get none.
 *
 * @param maxSlots number of users, or of connections if these are fewer
 * @example usedSlots([{ slots: 4 }, { slots: 4 }], 100) // [4, 4]
 * @example usedSlots([{ slots: 4 }, { slots: 1 }, { slots: 4 }], 6) // [3, 1, 2]
 */
export const usedSlots = (agents: ReadonlyArray<Slots>, maxSlots: number): ReadonlyArray<number> => {
  const used = agents.map(() => 0)
  let left = Math.min(
    maxSlots,
    agents.reduce((sum, { slots }) => sum + slots, 0)
  )
  while (left > 0) {
    for (const [index, { slots }] of agents.entries()) {
      const current = used[index] ?? 0
      if (left === 0 || current >= slots) continue
      used[index] = current + 1
      left--
    }
  }
  return used
}
