/** The time in milliseconds since 1970, with fractions, by a clock that is never set while the program runs. */
import type * as Clock from "effect/Clock"

export const steadyMillis = (clock: Clock.Clock): number => Number(clock.unsafeCurrentTimeNanos()) / 1e6
