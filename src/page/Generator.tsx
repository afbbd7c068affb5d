/** How the load generator itself was doing. */
import { generatorLimits, maxLimitedSeconds } from "../metrics/generatorLimits.ts"
import { lateStartMillis } from "../metrics/Starts.ts"
import { figure, plural } from "../result/numberFormat.ts"
import { bytes, percent, withUnit } from "./format.ts"
import { Fact, Section, type Shown } from "./parts.tsx"

export const Generator = ({ run: { elapsedSeconds, generator, model, starts } }: Shown) => {
  const { busyShare, loopDelayP99Millis } = generatorLimits
  return (
    <Section id="generator" title="Load generator">
      {generator === null ? (
        <p class="nothing">It was not observed.</p>
      ) : (
        <>
          <p class={generator.limited ? "bad" : "good"}>
            {generator.limited
              ? `✗ It was the bottleneck: ${generator.reasons.join("; ")}.`
              : `✓ It was not the bottleneck: busy for more than ${percent(busyShare)} of a second, or late by more than ${withUnit(loopDelayP99Millis, "ms")}, for at most ${withUnit(maxLimitedSeconds(elapsedSeconds), "s")}.`}
          </p>
          <dl class="facts">
            <Fact name="Busiest event loop">
              {percent(generator.busy.mean)} of the time, {percent(generator.busy.max)} in the worst second
            </Fact>
            {generator.processorWait === null ? null : (
              <Fact name="Waiting for a processor">
                {percent(generator.processorWait.mean)} of the time, {percent(generator.processorWait.max)} in
                the worst second
              </Fact>
            )}
            <Fact name="CPU of the process">
              {withUnit(generator.cpuCores.mean, "cores")}, {withUnit(generator.cpuCores.max, "cores")} in the
              worst second
            </Fact>
            <Fact name="Event loop late by">
              p50 {withUnit(generator.loopDelayMs.p50, "ms")}, p99 {withUnit(generator.loopDelayMs.p99, "ms")}
              , most {withUnit(generator.loopDelayMs.max, "ms")}
            </Fact>
            <Fact name="Garbage collection">
              {plural(generator.gcPauses.count, "pause")}, {withUnit(generator.gcPauses.totalMs, "ms")} in
              all, the longest {withUnit(generator.gcPauses.maxMs, "ms")}
            </Fact>
            <Fact name="Memory">
              {generator.rssBytes === null ? "unknown" : `${bytes(generator.rssBytes)} resident at most`}
            </Fact>
            <Fact name="Connections">{figure(generator.openSockets)} of the HTTP clients open at most</Fact>
            <Fact name="Late iterations">
              {figure(starts.late)} of {figure(starts.timed)} began more than{" "}
              {withUnit(lateStartMillis, "ms")} after their time, the latest{" "}
              {withUnit(starts.maxLateMs, "ms")}
            </Fact>
            {model === "open" ? (
              <Fact name="Dropped iterations">
                {figure(starts.dropped)} of {figure(starts.dropped + starts.timed)} that were due: no user was
                free in time
              </Fact>
            ) : null}
          </dl>
        </>
      )}
    </Section>
  )
}
