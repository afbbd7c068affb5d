/**
 * Tenants and school years in the addresses of a server. Its discovery document has places for them, which a route fills.
 *
 * @see api-facts section 1; contract section 1
 */
import * as Arr from "effect/Array"
import * as Either from "effect/Either"

/** The addresses of a discovery document by their names, such as `dataManagementApi`. */
export type Addresses = Readonly<Record<string, string>>

/** The values for the places of a server in their order: `["acme", "2026"]`. */
export type Route = Arr.NonEmptyReadonlyArray<string>

/** An address of a route. */
export interface RoutedAddress {
  /** With all values of the route. */
  readonly address: string
  /**
   * The same with fewer values, down to none: a DMS names its metadata with the whole route in discovery, and serves it
   * under the tenant alone or under the root.
   */
  readonly shorter: ReadonlyArray<string>
}

export type RoutedAddresses = Readonly<Record<string, RoutedAddress>>

/** Behind the version of an ODS/API of 5.3 to 6.x stands the year of today: another one may take its place. */
const yearOfToday = /\/data\/v\d+\/(?:[^/]+\/)?(\d{4})\/?$/

/**
 * The places of a server, as they stand in the address of its data.
 *
 * @example `http://host/{tenant}/{schoolYear}/data`: ["{tenant}", "{schoolYear}"]
 * @example `http://host/data/v3/{instance}/2026`: ["{instance}", "2026"]
 */
export const placesOf = ({ dataManagementApi = "" }: Addresses): ReadonlyArray<string> => [
  ...(dataManagementApi.match(/\{[^{}/]+\}/g) ?? []),
  ...(yearOfToday.exec(dataManagementApi)?.slice(1) ?? [])
]

/** @param values for the first places; a place without one is left out, with its segment of the path */
const filled = (address: string, places: ReadonlyArray<string>, values: ReadonlyArray<string>): string => {
  const [, origin = "", path = address] = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)(.*)$/i.exec(address) ?? []
  const segments = path.split("/").flatMap((segment) => {
    const place = places.indexOf(segment)
    return place === -1 ? [segment] : Arr.fromNullable(values[place])
  })
  return origin + segments.join("/")
}

const routed = (address: string, places: ReadonlyArray<string>, route: Route): RoutedAddress => {
  const full = filled(address, places, route)
  const shorter = route.map((_, given) => filled(address, places, route.slice(0, route.length - given - 1)))
  return { address: full, shorter: Arr.dedupe(shorter).filter((each) => each !== full) }
}

const plainly = (address: string): RoutedAddress => ({ address, shorter: [] })

/**
 * The addresses of a route. Without one they stay as they are, also those with places.
 *
 * @returns the addresses, or as a clause why the server has no such route
 */
export const addressesOf = (
  addresses: Addresses,
  route: Route | undefined
): Either.Either<RoutedAddresses, string> => {
  const each = (change: (address: string) => RoutedAddress): RoutedAddresses =>
    Object.fromEntries(Object.entries(addresses).map(([name, address]) => [name, change(address)]))
  if (route === undefined) return Either.right(each(plainly))
  const places = placesOf(addresses)
  if (places.length === 0) return Either.left("its addresses have no place for a tenant or a school year")
  return places.length === route.length
    ? Either.right(each((address) => routed(address, places, route)))
    : Either.left(`its addresses have another number of places: ${places.join("/")}`)
}
