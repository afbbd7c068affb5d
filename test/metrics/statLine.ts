/** A line of `/proc/PID/stat`, whose times are in ticks of 10 ms. */
export const statLine = (id: number, name: string, user: number, system: number, processor: number): string =>
  `${id} (${name}) R 1 1 1 0 -1 4194560 7585 0 0 0 ${user} ${system} 0 0 20 0 11 0 2312494 1067556864 16192 ` +
  `18446744073709551615 1 1 1 0 0 0 0 16781312 17922 0 0 0 17 ${processor} 0 0 0 0 0 1 1 1 1 1 1 1 0\n`
