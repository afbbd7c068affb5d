/**
 * A PostgreSQL of our own for tests and benches: started from the system's binaries in a temporary folder, with
 * fsync on, reachable by a Unix socket in that folder only. It ends, and the folder goes, when `stop` is called or
 * when this process is gone, however it went.
 */
import { execFileSync, spawn } from "node:child_process"
import { chownSync, mkdtempSync, readdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { createInterface } from "node:readline"

export interface ThrowAwayPostgres {
  /** `postgres://postgres@localhost/postgres?host=/tmp/edfi-perf-pg-x1Y2z3` */
  readonly url: string
  readonly stop: () => Promise<void>
}

const versions = "/usr/lib/postgresql"

/** The folder of `initdb`, newest version first, or nothing. */
const binaries = (): string | undefined => {
  try {
    const [newest] = readdirSync(versions).sort((one, other) => Number(other) - Number(one))
    return newest === undefined ? undefined : `${versions}/${newest}/bin`
  } catch {
    return undefined
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made, or as nobody. */
const unprivileged = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => {
    try {
      return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: "pipe" }))
    } catch {
      return 65_534
    }
  }
  return { uid: id("-u"), gid: id("-g") }
}

/** Runs until standard input ends, which it does with the process that holds the other end. */
const script = `
trap 'rm -rf "$folder"' EXIT
"$bin/initdb" --pgdata "$folder/data" --username postgres --auth trust --encoding UTF8 --locale C --no-sync >"$folder/log" 2>&1 &&
"$bin/pg_ctl" --pgdata "$folder/data" --wait --silent --log "$folder/log" \
  --options "-c listen_addresses='' -k '$folder' $settings" start >>"$folder/log" 2>&1 ||
{ echo "failed: $(tail -n 3 "$folder/log" | tr '\\n' ' ')"; exit 1; }
echo ready
read -r end
"$bin/pg_ctl" --pgdata "$folder/data" --wait --silent --mode fast stop
`

/**
 * @param settings of the server, `-c max_connections=50`; what is not given is PostgreSQL's default, `fsync` too
 * @param bin the folder of `initdb`; by default that of the newest version of the system
 * @throws an error of one line where there is no PostgreSQL to start
 */
export const startThrowAwayPostgres = async (settings = "", bin = binaries()): Promise<ThrowAwayPostgres> => {
  if (bin === undefined) {
    throw new Error(
      `needs PostgreSQL: a URL in PERF_TEST_DATABASE_URL, or its binaries under ${versions} (apt-get install postgresql)`
    )
  }
  const user = unprivileged()
  const folder = mkdtempSync(`${tmpdir()}/edfi-perf-pg-`)
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const shell = spawn("sh", ["-c", script], {
    ...user,
    cwd: folder,
    // Ctrl-C is for the tests, which then close our standard input.
    detached: true,
    env: { PATH: process.env["PATH"], bin, folder, settings },
    stdio: ["pipe", "pipe", "inherit"]
  })
  const ended = new Promise<void>((resolve) => shell.once("exit", () => resolve()))
  const first = await new Promise<string>((resolve) => {
    createInterface(shell.stdout)
      .once("line", resolve)
      .once("close", () => resolve("it ended at once"))
  })
  if (first !== "ready") throw new Error(`PostgreSQL did not start: ${first}`)
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
    stop: () => {
      shell.stdin.end()
      return ended
    }
  }
}
