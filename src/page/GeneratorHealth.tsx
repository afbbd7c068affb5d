/** The health of the load generator: whether its figures describe the server. */
import { generatorLimits } from "../metrics/generatorLimits.ts"
import { maxLimitedSeconds } from "../metrics/judgeGenerator.ts"
import { othersText } from "../metrics/OtherPrograms.ts"
import { lateStartMillis } from "../metrics/Starts.ts"
import { othersOfRun } from "../result/caveats.ts"
import { figure, plural } from "../result/numberFormat.ts"
import { tooShortNote } from "../result/sentences.ts"
import { bytes, percent, withUnit } from "./format.ts"
import { Fact, Section, type RunProps } from "./Section.tsx"

export const GeneratorHealth = ({ run: { agents, elapsedSeconds, generator, model, starts } }: RunProps) => {
  const { busyShare, loopDelayP99Millis } = generatorLimits
  const others = generator === null ? null : othersOfRun(generator)
  return (
    <Section id="generator" title="Load generator">
      {generator === null ? (
        <p class="nothing">The load generator was not observed.</p>
      ) : (
        <>
          <p class={generator.tooShort ? "nothing" : generator.limited ? "bad" : "good"}>
            {generator.tooShort
              ? tooShortNote
              : generator.limited
                ? `✗ ${generator.limitedBy === "machine" ? "Others left the load generator too few processors" : "The load generator was the bottleneck"}: ${generator.reasons.join("; ")}.`
                : `✓ ${agents === null ? "The load generator was not the bottleneck: its" : "No agent was the bottleneck: its"} event loop was more than ${percent(busyShare)} busy, or more than ${withUnit(loopDelayP99Millis, "ms")} late, for at most ${withUnit(maxLimitedSeconds(elapsedSeconds), "s")}.`}
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
            {others === null ? null : <Fact name="Other programs">{othersText(others)}</Fact>}
            <Fact name={agents === null ? "CPU of the process" : "CPU of all agents"}>
              {withUnit(generator.cpuCores.mean, "cores")}, {withUnit(generator.cpuCores.max, "cores")} in the
              worst second
            </Fact>
            <Fact name="Event loop delay">
              p50 {withUnit(generator.loopDelayMs.p50, "ms")}, p99 {withUnit(generator.loopDelayMs.p99, "ms")}
              , max {withUnit(generator.loopDelayMs.max, "ms")}
            </Fact>
            <Fact name="Garbage collection">
              {plural(generator.gcPauses.count, "pause")}, {withUnit(generator.gcPauses.totalMs, "ms")} in
              total, the longest {withUnit(generator.gcPauses.maxMs, "ms")}
            </Fact>
            <Fact name={agents === null ? "Memory" : "Memory of the largest agent"}>
              {generator.rssBytes === null ? "unknown" : `max ${bytes(generator.rssBytes)} resident`}
            </Fact>
            <Fact name="HTTP connections">max {figure(generator.openSockets)} open</Fact>
            <Fact name="Late iterations">
              {figure(starts.late)} of {figure(starts.timed)} started more than{" "}
              {withUnit(lateStartMillis, "ms")} late, max {withUnit(starts.maxLateMs, "ms")}
            </Fact>
            {model === "open" ? (
              <Fact name="Dropped iterations">
                {figure(starts.dropped)} of {figure(starts.dropped + starts.timed)} due: no user was free in
                time
              </Fact>
            ) : null}
          </dl>
        </>
      )}
    </Section>
  )
}
