/** Light or dark: the system setting, until the user chooses on the page. */
import { useLayoutEffect, useState } from "preact/hooks"

export type Theme = "light" | "dark"

const key = "edfi-perf-theme"
const systemDark = matchMedia("(prefers-color-scheme: dark)")
export const print = matchMedia("print")

/** Some browsers refuse storage to pages from disk; then the choice lasts until the page is closed. */
const remembered = (): Theme | undefined => {
  try {
    const theme = localStorage.getItem(key)
    return theme === "light" || theme === "dark" ? theme : undefined
  } catch {
    return undefined
  }
}

const remember = (theme: Theme): void => {
  try {
    localStorage.setItem(key, theme)
  } catch {
    // Storage is refused: the choice lasts until the page is closed.
  }
}

const systemTheme = (): Theme => (systemDark.matches ? "dark" : "light")

/** The theme and its setter. */
export const useTheme = (): readonly [Theme, (theme: Theme) => void] => {
  const [chosen, choose] = useState(remembered)
  const [system, setSystem] = useState(systemTheme)
  useLayoutEffect(() => {
    const follow = () => setSystem(systemTheme())
    systemDark.addEventListener("change", follow)
    return () => systemDark.removeEventListener("change", follow)
  }, [])
  useLayoutEffect(() => {
    if (chosen !== undefined) document.documentElement.dataset["theme"] = chosen
  }, [chosen])
  return [
    chosen ?? system,
    (theme) => {
      remember(theme)
      choose(theme)
    }
  ]
}

/** Whether the page is being printed. Every `details` element is open during that time. */
export const usePrinting = (): boolean => {
  const [printing, setPrinting] = useState(print.matches)
  useLayoutEffect(() => {
    let opened: ReadonlyArray<HTMLDetailsElement> = []
    const begin = () => {
      const closed = [...document.querySelectorAll("details:not([open])")]
      opened = [...opened, ...closed.filter((element) => element instanceof HTMLDetailsElement)]
      for (const details of opened) details.open = true
      document.documentElement.dataset["printing"] = ""
      setPrinting(true)
    }
    const end = () => {
      for (const details of opened) details.open = false
      opened = []
      delete document.documentElement.dataset["printing"]
      setPrinting(false)
    }
    const follow = () => (print.matches ? begin() : end())
    print.addEventListener("change", follow)
    addEventListener("beforeprint", begin)
    addEventListener("afterprint", end)
    return () => {
      print.removeEventListener("change", follow)
      removeEventListener("beforeprint", begin)
      removeEventListener("afterprint", end)
    }
  }, [])
  return printing
}
