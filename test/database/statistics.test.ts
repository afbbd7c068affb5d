import { assert, describe, it } from "@effect/vitest"
import { CounterRow, serverOf, type Settings, viewOf, viewQueries } from "../../src/database/statistics.ts"
import { SessionRow, sessionsOf } from "../../src/database/sessions.ts"
import * as Schema from "effect/Schema"

const settingsOf = (version: number, others: Partial<Settings["settings"]> = {}): Settings => ({
  database: "edfi",
  reported: { shared_buffers: "128MB", shared_preload_libraries: "pg_stat_statements" },
  uptimeSeconds: 86_400.25,
  settings: {
    server_version: "15.18 (Debian 15.18-0+deb12u1)",
    server_version_num: version,
    fsync: "on",
    wal_sync_method: "fdatasync",
    track_counts: "on",
    track_activities: "on",
    track_io_timing: "on",
    ...others
  }
})

const now = settingsOf(150_018)
const namesOf = (settings: Settings) => viewQueries(settings).map(([name]) => name)
const row = (columns: Readonly<Record<string, number | string | null>>) =>
  Schema.decodeUnknownSync(CounterRow)({ row: columns })

describe("a server", () => {
  it("has its version without the package version", () => {
    assert.deepStrictEqual(serverOf(now), {
      version: "15.18",
      database: "edfi",
      settleMillis: 11_000,
      settings: { shared_buffers: "128MB", shared_preload_libraries: "pg_stat_statements" },
      uptimeSeconds: 86_400,
      missing: []
    })
  })

  it("names the settings that this login may not see", () => {
    assert.deepStrictEqual(serverOf({ ...now, reported: {} }).missing, [
      "shared_preload_libraries: not visible to this login (GRANT pg_read_all_settings makes it visible)"
    ])
  })

  it("has no WAL statistics before PostgreSQL 14, and reports that", () => {
    const old = settingsOf(130_014)
    assert.deepStrictEqual(namesOf(old), ["pg_stat_database", "pg_stat_bgwriter"])
    assert.deepStrictEqual(serverOf(old).missing, [
      "pg_stat_wal: introduced in PostgreSQL 14",
      "the last half second of each session: idle sessions report it only since PostgreSQL 15",
      "the beginning of lock waits: before PostgreSQL 14 that of the statement"
    ])
    assert.strictEqual(serverOf(old).settleMillis, 2000)
  })

  it("has WAL syncs in pg_stat_io since PostgreSQL 18", () => {
    assert.deepStrictEqual(namesOf(now), ["pg_stat_database", "pg_stat_wal", "pg_stat_bgwriter"])
    const next = settingsOf(180_001)
    assert.deepStrictEqual(namesOf(next), [
      "pg_stat_database",
      "pg_stat_wal",
      "pg_stat_checkpointer",
      "pg_stat_io"
    ])
    const wal = viewOf(next, "pg_stat_wal", row({ wal_bytes: 900, wal_records: 7 }))
    const io = viewOf(next, "pg_stat_io", row({ wal_write: 5, wal_sync: 4, stats_reset: "2026-11-22" }))
    assert.deepStrictEqual(
      [Object.fromEntries(wal.counters), Object.fromEntries(io.counters), io.resetAt],
      [{ walBytes: 900, walRecords: 7 }, { walWrites: 5, walSyncs: 4 }, "2026-11-22"]
    )
  })

  it("has checkpoints in pg_stat_bgwriter, and since PostgreSQL 17 in pg_stat_checkpointer, with the same names", () => {
    const old = row({
      checkpoints_timed: 2,
      checkpoints_req: 1,
      checkpoint_write_time: 1200.4,
      checkpoint_sync_time: 31.6,
      buffers_checkpoint: 900,
      buffers_backend: 77
    })
    const next = row({
      num_timed: 2,
      num_requested: 1,
      write_time: 1200.4,
      sync_time: 31.6,
      buffers_written: 900
    })
    const checkpoints = {
      checkpointsTimed: 2,
      checkpointsRequested: 1,
      checkpointWriteMillis: 1200,
      checkpointSyncMillis: 32,
      checkpointBlocks: 900
    }
    const counted = (of: ReturnType<typeof row>) => Object.fromEntries(viewOf(now, "any", of).counters)
    assert.deepStrictEqual(counted(old), { ...checkpoints, backendBlocks: 77 })
    assert.deepStrictEqual(counted(next), checkpoints)
    assert.deepStrictEqual(namesOf(settingsOf(170_000)), [
      "pg_stat_database",
      "pg_stat_wal",
      "pg_stat_checkpointer",
      "pg_stat_io"
    ])
  })

  it("has no figures that its settings switch off, although their columns are 0", () => {
    for (const [settings, why] of [
      [{ fsync: "off" }, "fsync = off"],
      [{ wal_sync_method: "open_datasync" }, "wal_sync_method = open_datasync"]
    ] as const) {
      const given = settingsOf(150_000, settings)
      assert.deepStrictEqual(serverOf(given).missing, [`WAL syncs: not counted with ${why}`])
      const { counters } = viewOf(given, "pg_stat_wal", row({ wal_write: 5, wal_sync: 0 }))
      assert.deepStrictEqual(Object.fromEntries(counters), { walWrites: 5 })
    }
    const blind = settingsOf(150_000, { track_counts: "off", track_activities: "off" })
    assert.deepStrictEqual(serverOf(blind).missing, [
      "rows and tables: not counted with track_counts = off",
      "waits: not available with track_activities = off"
    ])
    const { counters } = viewOf(blind, "pg_stat_database", row({ xact_commit: 5, tup_inserted: 0 }))
    assert.deepStrictEqual(Object.fromEntries(counters), { commits: 5 })
  })
})

const session = (
  state: string | null,
  wait: string | null,
  sessions = 1,
  more: { readonly rested?: boolean; readonly hidden?: boolean } = {}
) => {
  const [type = null, event = null] = wait?.split(":") ?? []
  return SessionRow.make({
    state,
    type,
    event,
    sessions,
    rested: false,
    hidden: false,
    transactionSeconds: null,
    query: null,
    ...more
  })
}

describe("sessions", () => {
  it("are waiting or running while they are active or in a transaction; idle ones are left out", () => {
    const { missing, waits } = sessionsOf(now, [
      session("active", "IO:WALSync", 3),
      session("active", null, 2),
      session("idle in transaction", "Client:ClientRead", 4),
      session("idle in transaction (aborted)", "Client:ClientRead"),
      session("idle", "Client:ClientRead", 9)
    ])
    assert.deepStrictEqual(waits, { "IO:WALSync": 3, running: 2, "Client:ClientRead": 5 })
    assert.deepStrictEqual(missing, [])
  })

  it("have reported their counts after ten idle seconds", () => {
    const idle = [session("idle", null, 2, { rested: true }), session("idle", null, 3)]
    const active = session("active", null, 4, { rested: true })
    assert.strictEqual(sessionsOf(now, idle).unreported.busy, 3)
    assert.strictEqual(sessionsOf(now, [...idle, active]).unreported.busy, 7)
    // Before PostgreSQL 15 idle sessions report nothing later.
    assert.strictEqual(sessionsOf(settingsOf(140_000), idle).unreported.busy, 0)
  })

  it("of other logins are not visible without pg_monitor, which is reported", () => {
    const { missing, unreported, waits } = sessionsOf(now, [
      session(null, null, 5, { hidden: true }),
      session("active", null)
    ])
    assert.deepStrictEqual([waits, unreported], [{ running: 1 }, { busy: 1, hidden: 5 }])
    assert.deepStrictEqual(missing, [
      "waits of sessions of other logins: not visible to this login (GRANT pg_monitor makes them visible)"
    ])
  })
})
