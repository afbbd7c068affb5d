/** How passing faults of a server are met by what is asked once a run: tried again, a few times, a little later. */
import * as Schedule from "effect/Schedule"

/** Three more tries after 200, 400 and 800 ms: a restart behind a proxy passes, a wrong address is told soon. */
export const patience = Schedule.intersect(Schedule.exponential("200 millis"), Schedule.recurs(3))

/** Statuses that may be others in a moment: 408, 429 and 5xx, but not 501, which says "never". */
export const isPassingStatus = (status: number): boolean =>
  status === 408 || status === 429 || (status >= 500 && status !== 501)
