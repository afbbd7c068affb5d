/** The environment variables that commands read. */
import { commands, type CommandInfo } from "./commands.ts"

const infos: ReadonlyArray<CommandInfo> = commands

export const knownVariables: ReadonlySet<string> = new Set(
  infos.flatMap(({ settings }) => settings.flatMap(({ variable }) => variable ?? []))
)
