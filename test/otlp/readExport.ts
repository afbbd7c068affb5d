/** Reads an OTLP export in its JSON encoding by the names of the specification, as a collector does. */
import * as Schema from "effect/Schema"

const Value = Schema.Union(
  Schema.Struct({ stringValue: Schema.String }),
  Schema.Struct({ intValue: Schema.Number }),
  Schema.Struct({ doubleValue: Schema.Number })
)
const Attributes = Schema.Array(Schema.Struct({ key: Schema.String, value: Value }))
const Points = Schema.Array(
  Schema.Struct({
    attributes: Attributes,
    startTimeUnixNano: Schema.String,
    timeUnixNano: Schema.String,
    asDouble: Schema.Number
  })
)
const Cumulative = Schema.Literal(2)

const Export = Schema.parseJson(
  Schema.Struct({
    resourceMetrics: Schema.Tuple(
      Schema.Struct({
        resource: Schema.Struct({ attributes: Attributes }),
        scopeMetrics: Schema.Tuple(
          Schema.Struct({
            metrics: Schema.Array(
              Schema.Struct({
                name: Schema.String,
                description: Schema.String,
                unit: Schema.String,
                gauge: Schema.optional(Schema.Struct({ dataPoints: Points })),
                sum: Schema.optional(
                  Schema.Struct({
                    dataPoints: Points,
                    isMonotonic: Schema.Literal(true),
                    aggregationTemporality: Cumulative
                  })
                )
              })
            )
          })
        )
      })
    )
  })
)

const textOf = (value: typeof Value.Type): string => String(Object.values(value)[0])

const labelsOf = (attributes: typeof Attributes.Type): Readonly<Record<string, string>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, textOf(value)]))

export interface ReadPoint {
  readonly name: string
  readonly kind: "counter" | "gauge"
  readonly help: string
  readonly unit: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** @param body of a POST to `/v1/metrics` */
export const readExport = (body: string) => {
  const [{ resource, scopeMetrics }] = Schema.decodeUnknownSync(Export, { onExcessProperty: "ignore" })(
    body
  ).resourceMetrics
  const [{ metrics }] = scopeMetrics
  return {
    resource: labelsOf(resource.attributes),
    points: metrics.flatMap(({ description, gauge, name, sum, unit }): ReadonlyArray<ReadPoint> =>
      (sum ?? gauge ?? { dataPoints: [] }).dataPoints.map(({ asDouble, attributes }) => ({
        name,
        kind: sum === undefined ? "gauge" : "counter",
        help: description,
        unit,
        labels: labelsOf(attributes),
        value: asDouble
      }))
    )
  }
}

/** Sum of the points of one name that have these labels. */
export const sumOf = (
  points: ReadonlyArray<ReadPoint>,
  name: string,
  labels: Readonly<Record<string, string>> = {}
): number =>
  points
    .filter(
      (point) =>
        point.name === name && Object.entries(labels).every(([key, value]) => point.labels[key] === value)
    )
    .reduce((sum, { value }) => sum + value, 0)
