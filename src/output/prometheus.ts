/**
 * Metrics in the text format of Prometheus, version 0.0.4.
 *
 * @see https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
 */
import type { MetricPoint } from "../result/metricPoints.ts"

export const prometheusContentType = "text/plain; version=0.0.4; charset=utf-8"

const escapedHelp = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
const escapedLabel = (text: string): string => escapedHelp(text).replaceAll('"', '\\"')

const series = ({ labels, name }: MetricPoint): string => {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapedLabel(value)}"`)
  return pairs.length === 0 ? name : `${name}{${pairs.join(",")}}`
}

/** @param points grouped by name */
export const prometheusText = (points: ReadonlyArray<MetricPoint>): string =>
  points
    .flatMap((point, i) => {
      const { help, kind, name, value } = point
      const head =
        points[i - 1]?.name === name ? [] : [`# HELP ${name} ${escapedHelp(help)}`, `# TYPE ${name} ${kind}`]
      return [...head, `${series(point)} ${value}`]
    })
    .map((line) => `${line}\n`)
    .join("")
