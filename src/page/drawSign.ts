/** A sign on a canvas. */
import { shapes, type Sign } from "./signs.ts"

const outlineOf = (path: string): Path2D => new Path2D(path)

/** Draws a sign around a point of a canvas. @param scale dots for each CSS pixel */
export const drawSign = (
  ctx: CanvasRenderingContext2D,
  { shape }: Sign,
  at: { readonly x: number; readonly y: number },
  ink: (property: string) => string,
  scale: number
): void => {
  const { color, path, solid } = shapes[shape]
  ctx.save()
  ctx.translate(at.x - 7 * scale, at.y - 7 * scale)
  ctx.scale((14 / 16) * scale, (14 / 16) * scale)
  // Around it the ground, so that it stands apart from its line.
  ctx.strokeStyle = ink("--panel")
  ctx.lineWidth = 6
  ctx.stroke(outlineOf(path))
  ctx.fillStyle = ink(solid ? color : "--panel")
  // A cross has no inside.
  if (shape !== "cross") ctx.fill(outlineOf(path))
  ctx.strokeStyle = ink(color)
  ctx.lineWidth = 2.4
  ctx.stroke(outlineOf(path))
  ctx.restore()
}
