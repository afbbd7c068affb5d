import { volumeAccountingSuite } from "./volumeAccountingSuite.ts"

volumeAccountingSuite("node")
