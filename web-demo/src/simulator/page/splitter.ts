import { find } from '../../shared/dom.ts'

const STEP_IN_PERCENT = 5

/**
 * The line above the timeline, to drag or to move with the arrow keys (ARIA Authoring Practices
 * Guide, "Window Splitter Pattern"). Its value is the height of the timeline in percent of the
 * window.
 */
export function createSplitter(): void {
  const splitter = find('splitter', HTMLElement)
  const body = find('wire-body', HTMLElement)
  const [min, max] = [Number(splitter.ariaValueMin), Number(splitter.ariaValueMax)]

  function setHeight(percent: number): void {
    const value = Math.min(max, Math.max(min, Math.round(percent)))
    body.style.setProperty('--height', `${value}dvh`)
    splitter.ariaValueNow = String(value)
  }

  function height(): number {
    return (body.clientHeight / innerHeight) * 100
  }

  splitter.addEventListener('pointerdown', (event) => {
    splitter.setPointerCapture(event.pointerId)
    event.preventDefault()
    splitter.focus()
  })
  splitter.addEventListener('pointermove', ({ clientY, pointerId }) => {
    if (!splitter.hasPointerCapture(pointerId)) return
    const moved = splitter.getBoundingClientRect().top - clientY
    setHeight(height() + (moved / innerHeight) * 100)
  })
  splitter.addEventListener('keydown', (event) => {
    const heights: { readonly [key: string]: number | undefined } = {
      ArrowUp: height() + STEP_IN_PERCENT,
      ArrowDown: height() - STEP_IN_PERCENT,
      Home: min,
      End: max,
    }
    const next = heights[event.key]
    if (next === undefined) return
    event.preventDefault()
    setHeight(next)
  })
  splitter.ariaValueNow = String(Math.round(Math.min(max, Math.max(min, height()))))
}
