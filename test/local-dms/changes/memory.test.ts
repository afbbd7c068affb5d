import { LocalDms } from "../../../src/local-dms/LocalDms.ts"
import { changesAgainstModel } from "./index.ts"

changesAgainstModel(LocalDms.layerHttpClient)
