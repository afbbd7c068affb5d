/** Turns the page dark or light. */
export const ThemeButton = ({
  theme,
  use
}: {
  readonly theme: string
  readonly use: (dark: boolean) => void
}) => (
  <button type="button" aria-pressed={theme === "dark"} onClick={() => use(theme !== "dark")}>
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      <path d="M8 1a7 7 0 1 0 0 14z" fill="currentColor" />
      <circle cx="8" cy="8" r="6.4" fill="none" stroke="currentColor" stroke-width="1.3" />
    </svg>{" "}
    dark
  </button>
)
