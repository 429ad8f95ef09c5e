import { find } from '../../shared/dom.ts'

const STEP_IN_PERCENT = 5

/** The key in `localStorage`. The value is a height in percent. */
const KEY = 'hubtwin timeline height'

/**
 * The line above the timeline, to drag or to move with the arrow keys (ARIA Authoring Practices
 * Guide, "Window Splitter Pattern"). Its value is the height of the timeline in percent of the
 * window. The browser remembers a height that a person chose. A double click or Home forgets it.
 */
export function createSplitter(): void {
  const splitter = find('splitter', HTMLElement)
  const body = find('wire-body', HTMLElement)
  const [min, max] = [Number(splitter.ariaValueMin), Number(splitter.ariaValueMax)]

  function clamp(percent: number): number {
    return Math.min(max, Math.max(min, Math.round(percent)))
  }

  function setHeight(percent: number): void {
    body.style.setProperty('--height', `${clamp(percent)}dvh`)
  }

  function height(): number {
    return (body.clientHeight / innerHeight) * 100
  }

  function reset(): void {
    body.style.removeProperty('--height')
    remember(undefined)
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
  splitter.addEventListener('lostpointercapture', () => {
    if (body.style.getPropertyValue('--height') !== '') remember(clamp(height()))
  })
  splitter.addEventListener('dblclick', reset)
  splitter.addEventListener('keydown', (event) => {
    const { key } = event
    const steps: { readonly [key: string]: number | undefined } = {
      ArrowUp: height() + STEP_IN_PERCENT,
      ArrowDown: height() - STEP_IN_PERCENT,
      End: max,
    }
    const next = steps[key]
    if (next === undefined && key !== 'Home') return
    event.preventDefault()
    if (next === undefined) return reset()
    setHeight(next)
    remember(clamp(next))
  })
  // The timeline also changes with the window, and it has no height while the start page shows.
  new ResizeObserver(() => {
    splitter.ariaValueNow = String(clamp(height()))
  }).observe(body)
  const remembered = recall()
  if (remembered > 0) setHeight(remembered)
}

/** @returns 0 without a remembered height. Reading throws if the browser blocks the storage. */
function recall(): number {
  try {
    return Number(localStorage.getItem(KEY)) || 0
  } catch {
    return 0
  }
}

/**
 * Writing throws if the browser blocks the storage, or if it is full. Then the page does not
 * remember the height.
 */
function remember(percent: number | undefined): void {
  try {
    if (percent === undefined) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, String(percent))
  } catch {
    // The height is only a convenience.
  }
}
