/** The sentences of a sweep's answer. Every percentage is that of the rates as they are printed. */
import { type OperationRange, operationsText, timesRange } from "../result/batchSize.ts"
import { limitText } from "../result/limitText.ts"
import { listed } from "../domain/words.ts"
import { asPrinted, figure, plural } from "../result/numberFormat.ts"
import {
  isSamePlace,
  type LoadPlace,
  msPerThousandRows,
  rateOf,
  sizeOf,
  sizeText,
  type Sweep,
  type SweepAnswer,
  type SweepPlace,
  type SweepPoint,
  type UserStep
} from "../result/Sweep.ts"
import { percent, width } from "./slices.ts"
import { goodEnough, validSlices } from "./sweepAnswer.ts"
import type { Finding } from "./studyEnd.ts"

type Points = Sweep["points"]

const users = (count: number): string => plural(count, "user")

const sizeIn = (place: LoadPlace): number => sizeOf(place) ?? 0

/** A place in words. @param each operations of a record */
type PlaceText = (place: LoadPlace, each: OperationRange) => string

/** @example "4 users and 10 triples", "4 users and 100 rows", "4 users" for single requests */
export const placeText: PlaceText = (place, each) =>
  sizeOf(place) === null
    ? users(place.clientCount)
    : `${users(place.clientCount)} and ${sizeText(place, each)}`

/** @example "batches of 10 triples (30 operations)", "pages of 100 rows" */
const sizedText: PlaceText = (place, each) =>
  place.pageSize === null
    ? `batches of ${sizeText(place, each)} (${operationsText(timesRange(sizeIn(place), each))})`
    : `pages of ${sizeText(place, each)}`

/** Without a range if there is none, as with a single slice. */
const rateText = (place: SweepPlace): string => {
  const { max, median, min } = rateOf(place)
  const counted = place.rowsPerSecond === null ? "operations" : "rows"
  return `${figure(median)} ${counted} per second${min === max ? "" : ` (${figure(min)} to ${figure(max)})`}`
}

const shareText = (place: SweepPlace, best: SweepPlace): string =>
  percent(asPrinted(rateOf(place).median) / asPrinted(rateOf(best).median))

/** The points that have a rate. */
const placed = (points: Points): ReadonlyArray<SweepPlace & Pick<SweepPoint, "outcome">> =>
  points.flatMap(({ operationsPerSecond, ...point }) =>
    operationsPerSecond === null ? [] : [{ ...point, operationsPerSecond }]
  )

const isMeasured = ({ outcome }: SweepPoint): boolean => outcome === "measured"

/** A sentence about the noise, if slices of a point differ by more than the share that separates points. */
const noiseRemark = (places: ReadonlyArray<SweepPlace>): ReadonlyArray<string> => {
  const widest = Math.max(...places.map((place) => width(rateOf(place))))
  return widest > 1 - goodEnough
    ? [
        `Slices of one point differ by up to ${percent(widest)}, more than the 5 % that decide: use more or longer slices for a firmer result.`
      ]
    : []
}

/** Points of which only a lower bound is known, beyond the best. */
const limitedRemark = (
  points: Points,
  best: SweepPlace,
  nameOf: (place: LoadPlace) => string
): ReadonlyArray<string> => {
  const higher = points.filter(
    (point) =>
      point.outcome === "limited" && (point.clientCount > best.clientCount || sizeIn(point) > sizeIn(best))
  )
  return higher.length === 0
    ? []
    : [
        `With ${listed(higher.map(nameOf))} it is unknown, because ${limitText(higher.flatMap(({ slices }) => slices))}.`
      ]
}

/** Whether every larger size was rejected with 413, or skipped because a smaller one was. */
const isLargestAccepted = (place: SweepPlace, points: Points): boolean => {
  const size = sizeIn(place)
  const refused = points.find(({ outcome }) => outcome === "refused")?.batchTripleCount ?? undefined
  const larger = points.filter((point) => sizeIn(point) > size)
  return refused !== undefined && larger.every((point) => sizeIn(point) >= refused)
}

/** What a row costs, in the pages of a place and in the smallest ones. */
const costRemark = (place: SweepPlace, points: Points, each: OperationRange): ReadonlyArray<string> => {
  if (place.pageSize === null) return []
  const costs = points.filter(isMeasured).flatMap((point) => {
    const millis = msPerThousandRows(point)
    return millis === null ? [] : [{ point, text: `${figure(millis)} ms` }]
  })
  const own = costs.find(({ point }) => isSamePlace(point, place))
  const [smallest] = costs
  if (own === undefined || smallest === undefined) return []
  const compared = smallest === own ? "" : `, in pages of ${sizeText(smallest.point, each)} ${smallest.text}`
  return [`There 1,000 rows take ${own.text} of request time${compared}.`]
}

const sizeSentences = (
  { best, enough }: Extract<SweepAnswer, { _tag: "BatchSize" }>,
  points: Points,
  each: OperationRange
): ReadonlyArray<string> => {
  const measured = points.filter(isMeasured)
  const isLargest = measured.every((point) => sizeIn(point) <= sizeIn(enough))
  const evidence =
    sizeIn(enough) === sizeIn(best)
      ? `${sizeText(best, each)} had the highest rate, ${rateText(best)}`
      : `${sizeText(enough, each)} reached ${rateText(enough)}, ${shareText(enough, best)} of the highest rate, ` +
        `${rateText(best)} with ${sizeText(best, each)}`
  const smaller = placed(measured).findLast((point) => sizeIn(point) < sizeIn(enough))
  const below =
    smaller === undefined
      ? ""
      : `; ${sizeText(smaller, each)} reached ${rateText(smaller)}, ${shareText(smaller, best)}`
  const edge =
    measured.length === 1
      ? ["It is the only size with a valid result."]
      : isLargest
        ? [
            isLargestAccepted(enough, points)
              ? "It is the largest of these sizes that the DMS accepts."
              : "It is the largest size with a valid result: larger ones may be faster."
          ]
        : []
  return [
    `Use ${sizedText(enough, each)}: ${evidence}${below}.`,
    ...costRemark(enough, points, each),
    ...edge,
    ...noiseRemark([enough, best])
  ]
}

/** How throughput goes on after the peak. */
const afterPeakSentence = (step: UserStep | null, points: Points): string => {
  if (step === null) {
    return points.filter(isMeasured).length === 1
      ? "It is the only number of users with a valid result."
      : "It is the largest number with a valid result: more users may reach more."
  }
  const to = placed(points).find(({ clientCount }) => clientCount === step.to)
  const measured = to === undefined ? "" : `, to ${rateText(to)}`
  const fall = `With ${users(step.to)} throughput falls by ${percent(-step.change)}${measured}`
  return step.differs === false ? `${fall}, which is within the noise.` : `${fall}.`
}

/** The numbers of users whose slices overlap with those of the peak: the true peak may be there. */
const overlapping = (best: SweepPlace, points: Points): ReadonlyArray<SweepPoint> =>
  points.filter(
    (point) =>
      isMeasured(point) &&
      point.clientCount !== best.clientCount &&
      (rateOf(point)?.max ?? 0) >= rateOf(best).min
  )

const userSentences = (
  { afterPeak, best, enough }: Extract<SweepAnswer, { _tag: "Users" }>,
  points: Points
): ReadonlyArray<string> => {
  const close = overlapping(best, points)
  const isSingle = points.some((point) => isMeasured(point) && validSlices(point) < 2)
  return [
    `The peak is ${users(best.clientCount)}: ${rateText(best)}.`,
    afterPeakSentence(afterPeak, points),
    ...(enough.clientCount === best.clientCount
      ? []
      : [
          `${users(enough.clientCount)} already reached ${rateText(enough)}, ${shareText(enough, best)} of it: use no more.`
        ]),
    ...(isSingle
      ? ["With a single slice of a point its noise is unknown."]
      : close.length === 0
        ? []
        : [
            `Slices with ${listed(close.map(({ clientCount }) => users(clientCount)))} overlap with it, so the maximum may be there.`
          ]),
    ...limitedRemark(points, best, ({ clientCount }) => users(clientCount))
  ]
}

const pairText: PlaceText = (place, each) => `${users(place.clientCount)} with ${sizedText(place, each)}`

const pairSentences = (
  { best, enough }: Extract<SweepAnswer, { _tag: "Pair" }>,
  points: Points,
  each: OperationRange
): ReadonlyArray<string> => {
  const most = (of: (place: LoadPlace) => number) => Math.max(...points.filter(isMeasured).map(of))
  const edges = [
    ...(best.clientCount === most(({ clientCount }) => clientCount) ? ["number of users"] : []),
    ...(sizeIn(best) === most(sizeIn) && !isLargestAccepted(best, points) ? ["size"] : [])
  ]
  const isSame = isSamePlace(enough, best)
  return [
    `The best pair is ${pairText(best, each)}: ${rateText(best)}.`,
    ...(isSame
      ? []
      : [
          `${placeText(enough, each)} already reached ${rateText(enough)}, ${shareText(enough, best)} of it.`
        ]),
    ...(edges.length === 0
      ? []
      : [`It has the largest ${listed(edges)} with a valid result: beyond that more may be possible.`]),
    ...noiseRemark([enough, best]),
    ...limitedRemark(points, best, (place) => placeText(place, each))
  ]
}

const outcomeWords = [
  { outcome: "failing", words: "had too many failures" },
  { outcome: "refused", words: "were rejected with 413" },
  { outcome: "skipped", words: "were not measured" }
] as const

/** Why no point has a valid result, as a clause. */
const noAnswer = (points: Points, each: OperationRange): Finding => {
  const limited = points.filter(({ outcome }) => outcome === "limited")
  const others = outcomeWords.flatMap(({ outcome, words }) => {
    const count = points.filter((point) => point.outcome === outcome).length
    return count === 0 ? [] : [`${count} of ${plural(points.length, "point")} ${words}`]
  })
  const causes = [
    ...(limited.length === 0 ? [] : [limitText(limited.flatMap(({ slices }) => slices))]),
    ...others,
    ...(limited.length + others.length === 0 ? ["nothing succeeded"] : [])
  ]
  const [fastest] = placed(limited).toSorted((a, b) => rateOf(b).median - rateOf(a).median)
  return {
    _tag: "NoResult",
    because: listed(causes),
    measured:
      fastest === undefined
        ? ""
        : `Measured were up to ${rateText(fastest)}, with ${placeText(fastest, each)}.`
  }
}

const sentencesOf = (
  answer: Exclude<SweepAnswer, { _tag: "None" }>,
  points: Points,
  each: OperationRange
) => {
  switch (answer._tag) {
    case "BatchSize":
      return sizeSentences(answer, points, each)
    case "Users":
      return userSentences(answer, points)
    case "Pair":
      return pairSentences(answer, points, each)
  }
}

/** The answer in sentences. */
export const findingOf = ({
  answer,
  operationsPerRecord: each,
  points
}: Pick<Sweep, "answer" | "operationsPerRecord" | "points">): Finding =>
  answer._tag === "None"
    ? noAnswer(points, each)
    : { _tag: "Result", sentences: sentencesOf(answer, points, each).join(" ") }
