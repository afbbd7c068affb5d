/** A marker on a canvas. */
import { shapes, type Marker } from "./markers.ts"

const outlineOf = (path: string): Path2D => new Path2D(path)

/** Draws a marker centred on a point. @param scale dots per CSS pixel */
export const drawMarker = (
  ctx: CanvasRenderingContext2D,
  { shape }: Marker,
  at: { readonly x: number; readonly y: number },
  ink: (property: string) => string,
  scale: number
): void => {
  const { color, path, solid } = shapes[shape]
  ctx.save()
  ctx.translate(at.x - 7 * scale, at.y - 7 * scale)
  ctx.scale((14 / 16) * scale, (14 / 16) * scale)
  // An outline in the background colour separates it from the line.
  ctx.strokeStyle = ink("--panel")
  ctx.lineWidth = 6
  ctx.stroke(outlineOf(path))
  ctx.fillStyle = ink(solid ? color : "--panel")
  // A cross has no fill.
  if (shape !== "cross") ctx.fill(outlineOf(path))
  ctx.strokeStyle = ink(color)
  ctx.lineWidth = 2.4
  ctx.stroke(outlineOf(path))
  ctx.restore()
}
