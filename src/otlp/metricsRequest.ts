/**
 * The body of an OTLP metrics export in its JSON encoding, made from the metrics of a run.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/ `ExportMetricsServiceRequest`
 */
import * as Arr from "effect/Array"
import type { MetricPoint } from "../result/metricPoints.ts"

/** `AGGREGATION_TEMPORALITY_CUMULATIVE`: each export has the totals since the start of the run. */
const cumulative = 2

export type Attributes = Readonly<Record<string, string | number>>

const attribute = ([key, value]: readonly [key: string, value: string | number]) => {
  if (typeof value === "string") return { key, value: { stringValue: value } }
  return { key, value: Number.isInteger(value) ? { intValue: value } : { doubleValue: value } }
}

/** Times in nanoseconds since 1970, as decimal digits: they do not fit a JavaScript number. */
interface Interval {
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
}

const dataPoint = ({ labels, value }: MetricPoint, interval: Interval) => ({
  attributes: Object.entries(labels).map(attribute),
  ...interval,
  asDouble: value
})

const metric = (points: readonly [MetricPoint, ...ReadonlyArray<MetricPoint>], interval: Interval) => {
  const [{ help, kind, name, unit }] = points
  const dataPoints = points.map((point) => dataPoint(point, interval))
  return {
    name,
    description: help,
    unit,
    ...(kind === "counter"
      ? { sum: { aggregationTemporality: cumulative, isMonotonic: true, dataPoints } }
      : { gauge: { dataPoints } })
  }
}

/** @param points in any order; those of one name become one metric */
export const metricsRequest = (
  service: { readonly name: string; readonly attributes: Attributes },
  points: ReadonlyArray<MetricPoint>,
  interval: Interval
) => {
  const byName = Object.values(Arr.groupBy(points, ({ name }) => name))
  return {
    resourceMetrics: [
      {
        resource: {
          attributes: Object.entries({ ...service.attributes, "service.name": service.name }).map(attribute),
          droppedAttributesCount: 0
        },
        scopeMetrics: [
          { scope: { name: service.name }, metrics: byName.map((points) => metric(points, interval)) }
        ]
      }
    ]
  }
}
