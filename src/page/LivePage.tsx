/** The page of a run in progress. */
import { useEffect, useState } from "preact/hooks"
import type { Live } from "../result/PageData.ts"
import { connecting } from "./LiveRun.ts"
import { RunPage } from "./RunPage.tsx"
import { connectionNote } from "./status.ts"
import { stopRun, watchRun } from "./watchRun.ts"

/** The newest state of the run. A hidden page does not render; it catches up when it becomes visible. */
const useLiveRun = () => {
  const [live, setLive] = useState(connecting)
  useEffect(() => {
    let newest = connecting
    const draw = () => {
      if (!document.hidden) setLive(newest)
    }
    document.addEventListener("visibilitychange", draw)
    watchRun((next) => {
      newest = next
      draw()
    })
  }, [])
  return live
}

type Stopping =
  | { readonly _tag: "Not" }
  | { readonly _tag: "Asked" }
  | { readonly _tag: "Sent" }
  | { readonly _tag: "Failed"; readonly reason: string }

/** How long a second press confirms the first. */
const confirmMillis = 8000

const StopButton = ({
  stopping,
  token,
  use
}: {
  readonly stopping: Stopping
  readonly token: string
  readonly use: (stopping: Stopping) => void
}) => {
  useEffect(() => {
    if (stopping._tag !== "Asked") return
    const timer = setTimeout(() => use({ _tag: "Not" }), confirmMillis)
    return () => clearTimeout(timer)
  }, [stopping])
  const press = () => {
    if (stopping._tag === "Sent") return
    if (stopping._tag !== "Asked") {
      use({ _tag: "Asked" })
      return
    }
    use({ _tag: "Sent" })
    void stopRun(token).then((reason) => {
      if (reason !== undefined) use({ _tag: "Failed", reason })
    })
  }
  return (
    <button
      type="button"
      class={stopping._tag === "Asked" ? "stop sure" : "stop"}
      aria-disabled={stopping._tag === "Sent"}
      onClick={press}
    >
      {stopping._tag === "Asked"
        ? "press again to stop"
        : stopping._tag === "Sent"
          ? "stopping"
          : "stop the run"}
    </button>
  )
}

const stoppingNote = (stopping: Stopping): string => {
  switch (stopping._tag) {
    case "Not":
      return ""
    case "Asked":
      return "Press again to stop the run."
    case "Sent":
      return "Stopping: requests in flight may finish."
    case "Failed":
      return `The run could not be stopped: ${stopping.reason}.`
  }
}

export const LivePage = ({ files, stopToken }: Live) => {
  const live = useLiveRun()
  const [stopping, setStopping] = useState<Stopping>({ _tag: "Not" })
  const { connection, problem, run } = live
  const ended = run !== undefined && run.endedBy !== null
  const note = connectionNote(live)
  return (
    <RunPage
      run={run}
      note={note === "" ? stoppingNote(stopping) : note}
      troubled={connection === "lost" || problem !== undefined || (!ended && stopping._tag === "Failed")}
      files={files}
      folder="files/"
    >
      {ended || problem !== undefined ? null : (
        <StopButton stopping={stopping} token={stopToken} use={setStopping} />
      )}
    </RunPage>
  )
}
