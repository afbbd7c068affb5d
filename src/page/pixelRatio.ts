/**
 * Renders charts with at least two dots per pixel, so that they are sharp in print. uPlot reads the ratio when it
 * loads, therefore main.tsx imports this module first.
 */
Object.defineProperty(window, "devicePixelRatio", {
  configurable: true,
  value: Math.max(2, window.devicePixelRatio)
})
