/** A sign on a canvas. */
import { shapes, type Sign } from "./signs.ts"

/** Draws a sign around a point of a canvas. @param scale dots for each CSS pixel */
export const drawSign = (
  ctx: CanvasRenderingContext2D,
  { shape }: Sign,
  at: { readonly x: number; readonly y: number },
  ink: (property: string) => string,
  scale: number
): void => {
  const { color, path, solid } = shapes[shape]
  const outline = new Path2D(path)
  ctx.save()
  ctx.translate(at.x - 7 * scale, at.y - 7 * scale)
  ctx.scale((14 / 16) * scale, (14 / 16) * scale)
  ctx.fillStyle = ink(solid ? color : "--panel")
  // A cross has no inside.
  if (shape !== "cross") ctx.fill(outline)
  ctx.strokeStyle = ink(color)
  ctx.lineWidth = 2.4
  ctx.stroke(outline)
  ctx.restore()
}
