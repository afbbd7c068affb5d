/** Settings that are on or off. */
import { Switch } from "./flagSchemas.ts"
import { setting, type SettingGroup } from "./Setting.ts"

/** A flag that needs no value; off unless `fallback` says otherwise. */
export const onOff = (
  group: SettingGroup,
  help: string,
  more: { readonly alias?: string; readonly variable?: string; readonly fallback?: string } = {}
) =>
  setting(Switch, {
    group,
    kind: "switch",
    accepts: "true or false (also 1, yes, on and 0, no, off)",
    fallback: "false",
    help,
    ...more
  })
