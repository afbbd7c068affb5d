import { startThrowAwayPostgres } from "/work/session/scripts/throwAwayPostgres.ts"
import { spawnSync } from "node:child_process"
const { url, stop } = await startThrowAwayPostgres()
const env = { ...process.env, PERF_LOCAL_DMS_STORE: url, PERF_DATABASE_URL: url }
const go = (words: string[], more = {}) => { const r = spawnSync("node", ["/tmp/sessionbin/bin.mjs", ...words], { env: { ...env, ...more }, encoding: "utf8" }); console.log("$ " + words.join(" ")); console.log(r.stdout); console.log(r.stderr); console.log("exit", r.status) }
go(["versus", "--local", "--slices", "4", "--sliceTime", "5", "--warmUp", "2", "-o", "/tmp/real1", "-l", "WARNING"])
go(["sweep", "--local", "--batchTripleCount", "1,2,5,10,20,33,50", "--sliceTime", "3", "--warmUp", "1", "-o", "/tmp/real2", "-l", "WARNING"], { PERF_DATABASE_URL: "" })
await stop()
