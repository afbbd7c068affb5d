/** How far the clock of an agent is from that of the coordinator. */
import * as Schema from "effect/Schema"

/** One request for the coordinator's time; the agent's times are its own, in milliseconds. */
export interface ClockProbe {
  readonly sentMillis: number
  /** The coordinator's time when it received the request. */
  readonly coordinatorMillis: number
  readonly receivedMillis: number
}

/** What an agent says of its clock. */
export const ClockQuality = Schema.Struct({
  /** The shortest of the round trips. */
  roundTripMillis: Schema.NonNegative,
  /** The coordinator's time is known to this, in either direction: half of that round trip. */
  uncertaintyMillis: Schema.NonNegative
})
export type ClockQuality = typeof ClockQuality.Type

export interface ClockOffset extends ClockQuality {
  /** The coordinator's time minus the agent's. */
  readonly offsetMillis: number
}

/** Number of probes of one measurement. */
export const probesPerMeasurement = 20

/** Interval of the measurements: clocks of two machines drift by up to some milliseconds a minute. */
export const measureEveryMillis = 30_000

/** How far two clocks may drift apart between two measurements: 100 ppm, which quartz clocks keep. */
const driftMillis = (measureEveryMillis * 100) / 1e6

/** An agent whose clock is less certain is refused: its users would start too early or too late. */
export const maxUncertaintyMillis = 50

const roundTripOf = ({ receivedMillis, sentMillis }: ClockProbe): number => receivedMillis - sentMillis

/**
 * The offset by the probe with the shortest round trip, whose request and response were delayed least (Cristian, 1989: the
 * true offset is within half of the round trip).
 *
 * @param probes at least one
 * @example offsetOf([{ sentMillis: 100, coordinatorMillis: 5104, receivedMillis: 108 }])
 *   // { offsetMillis: 5000, roundTripMillis: 8, uncertaintyMillis: 4 }
 */
export const offsetOf = (probes: readonly [ClockProbe, ...ReadonlyArray<ClockProbe>]): ClockOffset => {
  const best = probes.reduce((a, b) => (roundTripOf(b) < roundTripOf(a) ? b : a))
  const roundTripMillis = Math.max(0, roundTripOf(best))
  return {
    offsetMillis: best.coordinatorMillis - best.sentMillis - roundTripMillis / 2,
    roundTripMillis,
    uncertaintyMillis: roundTripMillis / 2
  }
}

/**
 * The offset after another measurement: a machine that is busy with a load measures worse than before it, so that the
 * earlier offset may still be the better one, although the clocks have drifted since.
 *
 * @param before `undefined` at the first measurement
 * @example kept to 0.4 ms before, measured to 148 ms: the one before, known to 3.4 ms
 */
export const offsetAfter = (before: ClockOffset | undefined, measured: ClockOffset): ClockOffset => {
  if (before === undefined) return measured
  const aged = { ...before, uncertaintyMillis: before.uncertaintyMillis + driftMillis }
  return aged.uncertaintyMillis < measured.uncertaintyMillis ? aged : measured
}
