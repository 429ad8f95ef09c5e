/**
 * Converts rem to pixels. The font size of the browser and a very large screen change the factor.
 */
export function pixels(rem: number): number {
  return rem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}
