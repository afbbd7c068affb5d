/** The accounting suites, which the unit tests run over `node:net`, over undici. */
import { accountingSuite } from "../integration/accountingSuite.ts"
import { volumeAccountingSuite } from "../integration/volumeAccountingSuite.ts"

accountingSuite("undici")
volumeAccountingSuite("undici")
