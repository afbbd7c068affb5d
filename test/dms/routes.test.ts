import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as fc from "fast-check"
import { addressesOf, placesOf, type Route } from "../../src/dms/routes.ts"

/** The full addresses of a route, or why there are none. */
const full = (addresses: Readonly<Record<string, string>>, route: Route) =>
  Either.match(addressesOf(addresses, route), {
    onLeft: (reason): Readonly<Record<string, string>> => ({ reason }),
    onRight: (routed) =>
      Object.fromEntries(Object.entries(routed).map(([name, { address }]) => [name, address]))
  })

/** What a DMS with tenants says about itself. */
const dms = {
  dataManagementApi: "https://host/api/{tenant}/{schoolYear}/data",
  oauth: "https://host/api/{tenant}/{schoolYear}/oauth/token",
  openApiMetadata: "https://host/api/{tenant}/{schoolYear}/metadata/specifications"
}

/** An ODS/API of 5.3 to 6.x with instances: the year is that of today. */
const older = {
  dataManagementApi: "http://host/data/v3/{instance}/2026",
  oauth: "http://host/{instance}/oauth/token",
  openApiMetadata: "http://host/metadata/{instance}/2026",
  dependencies: "http://host/metadata/data/v3/{instance}/2026/dependencies"
}

describe("addressesOf", () => {
  it("fills the places of a route, wherever they stand", () => {
    assert.deepStrictEqual(full(dms, ["acme", "2026"]), {
      dataManagementApi: "https://host/api/acme/2026/data",
      oauth: "https://host/api/acme/2026/oauth/token",
      openApiMetadata: "https://host/api/acme/2026/metadata/specifications"
    })
    assert.deepStrictEqual(full(older, ["ky", "2025"]), {
      dataManagementApi: "http://host/data/v3/ky/2025",
      oauth: "http://host/ky/oauth/token",
      openApiMetadata: "http://host/metadata/ky/2025",
      dependencies: "http://host/metadata/data/v3/ky/2025/dependencies"
    })
  })

  it("takes another year than that of today on an ODS/API of 5.3 to 6.x, and that one without a route", () => {
    const years = {
      dataManagementApi: "http://host/data/v3/2026/",
      openApiMetadata: "http://host/metadata/2026"
    }
    assert.deepStrictEqual(full(years, ["2024"]), {
      dataManagementApi: "http://host/data/v3/2024/",
      openApiMetadata: "http://host/metadata/2024"
    })
    assert.deepStrictEqual(Either.getOrThrow(addressesOf(years, undefined))["openApiMetadata"], {
      address: "http://host/metadata/2026",
      shorter: []
    })
  })

  it("knows the shorter addresses where a DMS may serve its metadata, and has none without places", () => {
    const routed = Either.getOrThrow(addressesOf(dms, ["acme", "2026"]))
    assert.deepStrictEqual(routed["openApiMetadata"]?.shorter, [
      "https://host/api/acme/metadata/specifications",
      "https://host/api/metadata/specifications"
    ])
    const plain = { ...dms, xsdMetadata: "https://host/api/metadata/xsd" }
    assert.deepStrictEqual(Either.getOrThrow(addressesOf(plain, ["acme", "2026"]))["xsdMetadata"], {
      address: "https://host/api/metadata/xsd",
      shorter: []
    })
  })

  it("has a reason if there are no places, or another number of them", () => {
    assert.match(full({ dataManagementApi: "http://host/data/v3/" }, ["acme"])["reason"] ?? "", /no place/)
    assert.match(full({}, ["acme"])["reason"] ?? "", /no place/)
    assert.strictEqual(
      full(dms, ["acme"])["reason"],
      "its addresses have another number of places: {tenant}/{schoolYear}"
    )
    assert.match(full(older, ["ky"])["reason"] ?? "", /\{instance\}\/2026/)
  })

  it("leaves no place, and all other segments as they were", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/)
    const places = fc.uniqueArray(word, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(places, fc.array(word, { minLength: 4, maxLength: 4 }), (names, values) => {
        const template = names.map((name) => `{${name}}`)
        const address = `http://host/api/${template.join("/")}/data`
        const [first = "", ...others] = values.slice(0, names.length)
        const route: Route = [first, ...others]
        assert.deepStrictEqual(placesOf({ dataManagementApi: address }), template)
        assert.strictEqual(
          full({ dataManagementApi: address }, route)["dataManagementApi"],
          `http://host/api/${route.join("/")}/data`
        )
      })
    )
  })
})
