/** `edfi-perf/local-dms`: a DMS of one's own, for tests: in memory, or on PostgreSQL. */
export { LocalDms, LocalDmsOptions } from "../local-dms/LocalDms.ts"
export * as MemoryStore from "../local-dms/MemoryStore.ts"
export * as PostgresStore from "../local-dms/PostgresStore.ts"
