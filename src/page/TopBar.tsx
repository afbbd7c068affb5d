/** The top line of every page: its kind and its buttons. */
import type { ComponentChildren } from "preact"
import type { Theme } from "./theme.ts"

export const TopBar = ({
  children,
  theme,
  title,
  use
}: {
  readonly title: string
  readonly theme: Theme
  readonly use: (theme: Theme) => void
  /** Buttons before the theme button. */
  readonly children?: ComponentChildren
}) => (
  <div class="top">
    <p class="brand">
      edfi-perf<span> {title}</span>
    </p>
    <div class="controls">
      {children}
      <button
        type="button"
        aria-pressed={theme === "dark"}
        onClick={() => use(theme === "dark" ? "light" : "dark")}
      >
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
          <path d="M8 1a7 7 0 1 0 0 14z" fill="currentColor" />
          <circle cx="8" cy="8" r="6.4" fill="none" stroke="currentColor" stroke-width="1.3" />
        </svg>{" "}
        dark
      </button>
    </div>
  </div>
)
