/**
 * Charts are drawn with at least two dots per pixel, so that they are sharp on paper too. uPlot reads the ratio when
 * it is loaded, therefore main.tsx imports this first.
 */
Object.defineProperty(window, "devicePixelRatio", {
  configurable: true,
  value: Math.max(2, window.devicePixelRatio)
})
