/** The program of the page: reads what it was told, and shows it. */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { render } from "preact"
import "uplot/dist/uPlot.min.css"
import "./page.css"
import { BootJson } from "../report/Boot.ts"

const root = document.querySelector("#page")
const boot = Schema.decodeUnknownEither(BootJson)(document.querySelector("#boot")?.textContent)
if (root !== null) {
  render(<main>{Either.isRight(boot) ? <h1>{boot.right._tag}</h1> : <p>{boot.left.message}</p>}</main>, root)
}
