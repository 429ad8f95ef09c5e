/** Of lengths in rem, which the reader's own size of text and a large screen make larger. */
export function pixels(rem: number): number {
  return rem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
}
