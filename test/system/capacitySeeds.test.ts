/** The same capacity from below and from above, with 20 seeds. */
import { capacityFromBothSides } from "../run/capacityFromBothSides.ts"

capacityFromBothSides(Array.from({ length: 20 }, (_, i) => i + 1))
