/** A scenario of your own: staff members in triples. The default export is what `edfi-perf run --scenario` loads. */
import * as Effect from "effect/Effect"
import { batchVolume, draw, type RecordId, recordKey, type Resource, triple } from "edfi-perf"

type Staff = {
  readonly staffUniqueId: string
  readonly firstName: string
  readonly lastSurname: string
}

const staffs: Resource<Staff, { readonly staffUniqueId: string }, "staffUniqueId"> = {
  endpoint: "staffs",
  name: "Staff",
  keyOf: ({ staffUniqueId }) => ({ staffUniqueId })
}

const makeStaff = (record: RecordId): Staff => ({
  staffUniqueId: recordKey(record),
  firstName: ["Ada", "Grace"][draw(record, "firstName") % 2] ?? "Ada",
  lastSurname: "Lovelace"
})

export const StaffBatchVolumeTest = batchVolume({
  name: "StaffBatchVolumeTest",
  description: "staff: create, update the surname, delete",
  label: "staffs",
  byDefault: false,
  tripleCount: "configured",
  operations: Effect.succeed((records) =>
    records.flatMap((record) => triple(staffs, makeStaff(record), { lastSurname: "Hopper" }))
  )
})

export default StaffBatchVolumeTest
