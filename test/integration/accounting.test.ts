import { accountingSuite } from "./accountingSuite.ts"

accountingSuite("node")
