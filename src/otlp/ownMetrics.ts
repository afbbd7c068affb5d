/** Effect's registry of metrics belongs to the whole process; a run exports those that it made, and no others. */
import * as Effect from "effect/Effect"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/** Tells metrics of one run from everything else; a tag that is not exported, because the resource has it. */
export const runTag = "edfi_perf.run"

/** The tag from which the exporter takes the unit; not exported, because the unit has a member of its own. */
export const unitTag = "unit"

const further = { key: Schema.String, value: Schema.Unknown }

const Points = Schema.Struct(
  {
    dataPoints: Schema.Array(
      Schema.Struct(
        {
          attributes: Schema.Array(
            Schema.Struct({
              key: Schema.String,
              value: Schema.Struct({ stringValue: Schema.optional(Schema.String) }, further)
            })
          )
        },
        further
      )
    )
  },
  further
)
type Points = typeof Points.Type

const Metric = Schema.Struct({ sum: Schema.optional(Points), gauge: Schema.optional(Points) }, further)
type Metric = typeof Metric.Type

/** What the exporter is about to send, as far as it matters here. */
const Export = Schema.Struct({
  resourceMetrics: Schema.Array(
    Schema.Struct(
      { scopeMetrics: Schema.Array(Schema.Struct({ metrics: Schema.Array(Metric) }, further)) },
      further
    )
  )
})
const decode = Schema.decodeUnknown(Export)

const pointsOf = (run: string, points: Points): Points => ({
  ...points,
  dataPoints: points.dataPoints
    .filter(({ attributes }) =>
      attributes.some(({ key, value }) => key === runTag && value.stringValue === run)
    )
    .map((point) => ({
      ...point,
      attributes: point.attributes.filter(({ key }) => key !== runTag && key !== unitTag)
    }))
})

const metricOf = (run: string, metric: Metric): ReadonlyArray<Metric> => {
  const sum = metric.sum && pointsOf(run, metric.sum)
  const gauge = metric.gauge && pointsOf(run, metric.gauge)
  if ((sum ?? gauge)?.dataPoints.length) return [{ ...metric, ...(sum && { sum }), ...(gauge && { gauge }) }]
  return []
}

/**
 * The same export without anything that is not of this run. It fails when this is no export, which would be our own
 * mistake: Effect's exporter has come to write another form.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/ `ExportMetricsServiceRequest` in its JSON encoding
 */
export const ownMetrics = (
  run: string,
  data: unknown
): Effect.Effect<typeof Export.Type, ParseResult.ParseError> =>
  Effect.map(decode(data), ({ resourceMetrics }) => ({
    resourceMetrics: resourceMetrics.map((ofResource) => ({
      ...ofResource,
      scopeMetrics: ofResource.scopeMetrics.map((ofScope) => ({
        ...ofScope,
        metrics: ofScope.metrics.flatMap((metric) => metricOf(run, metric))
      }))
    }))
  }))
