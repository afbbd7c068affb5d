/** The bytes of the batches of students and sections, which are those of the first versions: runs stay comparable. */
import { assert, describe, it } from "@effect/vitest"
import { createHash } from "node:crypto"
import { encodeBatch } from "../../src/dms/encode.ts"
import { batchesOf } from "./prepared.ts"

/** The first iteration, one in between, and the last of the last user whose keys have room. */
const iterations = [
  { user: 0, iteration: 0 },
  { user: 9, iteration: 117 },
  { user: 131_071, iteration: 67_108_863 }
]

/** SHA-256 of the batches of these iterations in both spellings of resources. */
const digestOf = (name: string, batchTripleCount: number, seed: number): string => {
  const hash = createHash("sha256")
  for (const naming of ["endpoint", "resource"] as const) {
    for (const { operations } of batchesOf(name, { batchTripleCount, seed }, iterations))
      hash.update(encodeBatch(operations, naming))
  }
  return hash.digest("hex")
}

/** Scenario, triples per batch, seed, and the digest that commit af5924f gives. */
const digests = [
  ["StudentBatchVolumeTest", 1, 0, "0d119e0769dcd92428ddca79c0265e2e4e9ce2352e008decf5565f9f9ccdb545"],
  ["StudentBatchVolumeTest", 10, 7, "82386780fd65e11816c82f46ac6caaf6a369e86b00950df1af729eace6ca6463"],
  [
    "StudentBatchVolumeTest",
    33,
    987654321,
    "7cf9bbea72cf2a5c9123e0c6902884c52944748f1c556ba23da98bf3b096fb73"
  ],
  ["SectionBatchVolumeTest", 1, 0, "c910188d188ff25572876a3bc49ae763af884bdcb8cb4be9e2493ab39cd6e03b"],
  ["SectionBatchVolumeTest", 10, 7, "da89efc6816b68aae7cba7af8abfaac946a3e8eacc93b3a4a10cc725d046fd3a"],
  [
    "SectionBatchVolumeTest",
    33,
    987654321,
    "00a9375afebf43dacf3510bd0c871b1fc81be56f9ac2a37b9f613480ce4d8598"
  ],
  [
    "MixedStudentSectionBatchVolumeTest",
    1,
    0,
    "25d7e5daf88a18985138f1d30bcd0a5ca780e837d7cf5e5f0ef29ae4ca204f8a"
  ],
  [
    "MixedStudentSectionBatchVolumeTest",
    10,
    7,
    "c29b077cb99ffc122f0b09dbc28fefa4b59c1bbe8314ccb7b176a19557442e8f"
  ],
  [
    "MixedStudentSectionBatchVolumeTest",
    33,
    987654321,
    "52fe954af0292bd58da95b2087a8cf8b8c41e7176072e3bc7e136ca0d61e04fc"
  ],
  [
    "MixedCourseOfferingSectionBatchVolumeTest",
    1,
    0,
    "09a3363811372b40507bc510a50d576177bd2766f694cfad0fa3402c98957129"
  ],
  [
    "MixedCourseOfferingSectionBatchVolumeTest",
    10,
    7,
    "9d73d82dcaf5ae93cb8b5702baf1b6a83f78aad3623d96a347f007d1e0f8415c"
  ],
  [
    "MixedCourseOfferingSectionBatchVolumeTest",
    33,
    987654321,
    "4c3d1b2e851ab3bcd27589729dabd991dab40decd984180a237c348383e34039"
  ]
] as const

describe("the batches of students and sections", () => {
  it.each(digests)("of %s with %d triples and seed %d have the bytes of commit af5924f", (...row) => {
    const [name, batchTripleCount, seed, digest] = row
    assert.strictEqual(digestOf(name, batchTripleCount, seed), digest)
  })
})
