/** Rooms of a school. */
import type { Resource } from "../domain/Resource.ts"

export type LocationKey = { readonly classroomIdentificationCode: string; readonly schoolId: number }

export type Location = {
  readonly classroomIdentificationCode: string
  readonly schoolReference: { readonly schoolId: number }
  readonly maximumNumberOfSeats: number
  readonly optimalNumberOfSeats: number
}

export const locations: Resource<Location, LocationKey, "classroomIdentificationCode" | "schoolReference"> = {
  endpoint: "locations",
  name: "Location",
  keyOf: ({ classroomIdentificationCode, schoolReference }) => ({
    classroomIdentificationCode,
    ...schoolReference
  })
}

export const makeLocation = (classroomIdentificationCode: string, schoolId: number): Location => ({
  classroomIdentificationCode,
  schoolReference: { schoolId },
  maximumNumberOfSeats: 30,
  optimalNumberOfSeats: 24
})
