/** The addresses of a DMS: resources, login and batches. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DmsConfig } from "./DmsConfig.ts"
import { shownAddress } from "../domain/shownAddress.ts"
import { DiscoveryDocument, DmsUnreachable, RouteUnusable } from "./DiscoveryDocument.ts"
import { placesOf } from "./routes.ts"

export class Discovery extends Context.Tag("edfi-perf/dms/Discovery")<Discovery, DmsUrls>() {
  /** Chooses the addresses while it is built. */
  static readonly layer: Layer.Layer<Discovery, DiscoveryError, DmsConfig | DiscoveryDocument> = Layer.effect(
    Discovery,
    Effect.suspend(() => discover)
  )
}

export interface DmsUrls {
  /** Of all data, without the project: `http://localhost:8080/data`. */
  readonly data: string
  readonly oauth: URL
  readonly batch: URL
  /** Of Change Queries, if discovery has an address below the base URL: `http://localhost:8080/changeQueries/v1/`. */
  readonly changeQueries?: URL | undefined
}

/**
 * The discovery document of an https server contains plain http addresses: others on the network could read what is
 * sent there.
 */
export class InsecureAddress extends Schema.TaggedError<InsecureAddress>()("InsecureAddress", {
  /** The address of the discovery document. */
  url: Schema.String,
  /** `http://host/batch (--batchPath)`: an address and the flag that overrides it. */
  addresses: Schema.NonEmptyArray(Schema.String)
}) {
  override get message(): string {
    return (
      `discovery at ${this.url} contains plain http addresses: ${this.addresses.join(", ")}; ` +
      "key, secret and token are not sent there; set the https addresses with these flags"
    )
  }
}

export type DiscoveryError = DmsUnreachable | InsecureAddress | RouteUnusable

/** The addresses in the discovery document; a member that is not a string counts as absent. */
interface DiscoveredUrls {
  readonly oauth?: string | undefined
  readonly dataManagementApi?: string | undefined
  readonly batchApi?: string | undefined
  readonly changeQueries?: string | undefined
}

const withoutSlashes = (text: string): string => text.replace(/\/+$/, "")

/** Servers and proxies usually accept this length. */
const maxUrlLength = 2048

type Addresses = Pick<DmsConfig["Type"], "baseUrl" | "apiPrefix" | "oauthEndpoint" | "batchPath" | "route">

/** An address and its source. */
interface ChosenAddress {
  readonly url: URL
  readonly flag: "apiPrefix" | "oauthEndpoint" | "batchPath"
  readonly from: "flag" | "discovery" | "default"
}

/** The fault of an address with a place for a tenant or a school year that is not filled. */
export const placeholder = "has a placeholder"

/** Why an address cannot be used; `undefined` if it can. */
export const addressFault = (address: string, isPrefix: boolean): string | undefined => {
  if (address.length > maxUrlLength) return `is longer than ${maxUrlLength} characters`
  if (/[{}]/.test(address)) return placeholder
  if (!URL.canParse(address)) return "is not a URL"
  const { hash, password, protocol, search, username } = new URL(address)
  if (!/^https?:$/.test(protocol) || /\s/.test(address)) return "is not an http or https URL"
  if (username !== "" || password !== "") return "has credentials"
  // Paths of resources are appended.
  return isPrefix && `${search}${hash}` !== "" ? "has a query or a fragment" : undefined
}

/** Settings take precedence over discovery, and discovery over the default paths below the base URL. */
const chooseAddresses = (
  config: Addresses,
  document: DiscoveredUrls
): Either.Either<Readonly<Record<"data" | "oauth" | "batch", ChosenAddress>>, DmsUnreachable> => {
  const choose = (
    flag: ChosenAddress["flag"],
    member: "oauth" | "dataManagementApi" | "batchApi",
    defaultPath: string
  ): Either.Either<ChosenAddress, DmsUnreachable> => {
    const [setting, discovered] = [config[flag], document[member]]
    const given = setting ?? discovered ?? defaultPath
    const isPath = !/^\s*([a-z][a-z0-9+.-]*:|\/\/)/i.test(given)
    const address = isPath ? `${config.baseUrl}/${given.replace(/^\/+/, "")}` : given
    const fault = addressFault(address, flag === "apiPrefix")
    if (fault !== undefined) {
      const source = setting === undefined ? `urls.${member} of discovery` : `--${flag}`
      const detail = `${source} ${fault}; set the full address with --${flag}`
      return Either.left(new DmsUnreachable({ url: shownAddress(address), detail }))
    }
    const from = setting !== undefined ? "flag" : discovered !== undefined ? "discovery" : "default"
    return Either.right({ url: new URL(address), flag, from })
  }
  return Either.all({
    data: choose("apiPrefix", "dataManagementApi", "data"),
    oauth: choose("oauthEndpoint", "oauth", "oauth/token"),
    batch: choose("batchPath", "batchApi", "batch")
  })
}

/** Full addresses need no route. */
const missingRoute = (
  { apiPrefix, baseUrl, route }: Addresses,
  { dataManagementApi = "" }: DiscoveredUrls
) => {
  const places = placesOf({ dataManagementApi }).filter((place) => place.startsWith("{"))
  if (places.length === 0 || route !== undefined || apiPrefix !== undefined) return undefined
  const detail =
    `its addresses have places for ${places.join("/")}; ` +
    "--apiPrefix, --oauthEndpoint and --batchPath set full addresses instead"
  return new RouteUnusable({ url: `${baseUrl}/`, route: undefined, detail })
}

/** An address that needs no flag, because another one follows from the address of the data. */
const usableBelow = (address: string | undefined, base: URL): URL | undefined => {
  if (address === undefined || addressFault(address, true) !== undefined) return undefined
  const url = new URL(address)
  return isBelow(url, base) ? url : undefined
}

const describe = ({ flag, url }: ChosenAddress): string => `${shownAddress(url.href)} (--${flag})`

/** Whether an address has the origin of a base URL and a path below its path. */
const isBelow = (url: URL, base: URL): boolean => {
  const pathOf = ({ pathname }: URL) => `${withoutSlashes(pathname)}/`
  return url.origin === base.origin && pathOf(url).startsWith(pathOf(base))
}

/** Whether an address is plain http although the base URL is https: it would show what is sent. */
export const isDowngrade = (url: URL, base: URL): boolean =>
  base.protocol === "https:" && url.protocol === "http:"

/**
 * Chooses the addresses of a DMS. A server behind a proxy may not know its public address: addresses outside the base URL
 * are used with a warning, and plain http addresses are refused if the base URL is https.
 *
 * @returns the URLs and a warning, or which addresses cannot be used and why
 */
export const chooseUrls = (
  config: Addresses,
  document: DiscoveredUrls
): Either.Either<{ readonly urls: DmsUrls; readonly warning: string | undefined }, DiscoveryError> =>
  Either.gen(function* () {
    const missing = missingRoute(config, document)
    if (missing !== undefined) return yield* Either.left(missing)
    const { batch, data, oauth } = yield* chooseAddresses(config, document)
    const base = new URL(config.baseUrl)
    const discovered = [data, oauth, batch].filter(({ from }) => from === "discovery")
    const [plain, ...morePlain] = discovered.filter(({ url }) => isDowngrade(url, base)).map(describe)
    if (plain !== undefined) {
      return yield* Either.left(
        new InsecureAddress({ url: `${config.baseUrl}/`, addresses: [plain, ...morePlain] })
      )
    }
    const elsewhere = discovered.filter(({ url }) => !isBelow(url, base)).map(describe)
    const prefix = withoutSlashes(data.url.href)
    const changeQueries = usableBelow(document.changeQueries, base)
    return {
      urls: {
        data: prefix.replace(/\/ed-fi$/, ""),
        oauth: oauth.url,
        batch: batch.url,
        ...(changeQueries === undefined ? {} : { changeQueries })
      },
      warning:
        elsewhere.length === 0
          ? undefined
          : `discovery at ${config.baseUrl}/ contains addresses that are not below it: ${elsewhere.join(", ")}; ` +
            "they will be used; these flags override them"
    }
  })

/** Without a discovery document, the default paths are used, with a warning. */
const discover = Effect.gen(function* () {
  const config = yield* DmsConfig
  const { addresses, isFound, url } = yield* DiscoveryDocument
  if (!isFound)
    yield* Effect.logWarning(`${url} returned no Ed-Fi discovery document; using the default paths below it`)
  const document: DiscoveredUrls = {
    oauth: addresses["oauth"]?.address,
    dataManagementApi: addresses["dataManagementApi"]?.address,
    batchApi: addresses["batchApi"]?.address,
    changeQueries: addresses["changeQueries"]?.address
  }
  const { urls, warning } = yield* chooseUrls(config, document)
  if (warning !== undefined) yield* Effect.logWarning(warning)
  const [login, batches] = [urls.oauth, urls.batch].map(({ href }) => shownAddress(href))
  yield* Effect.logDebug(`data at ${urls.data}, login at ${login}, batches at ${batches}`)
  return urls
})
