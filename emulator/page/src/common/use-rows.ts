import type { VirtualItem } from '@tanstack/virtual-core'
import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useLayoutEffect, useReducer, useState } from 'preact/hooks'

export interface Rows {
  readonly items: readonly VirtualItem[]
  /** Pixels without rows before and after them. */
  readonly before: number
  readonly after: number
  scrollTo(index: number): void
}

/**
 * The rows of a long list that can be seen: only these are drawn. All are of one height, in pixels.
 *
 * @param head pixels at the top that something stands on which does not scroll away
 */
export function useRows(scroller: RefObject<HTMLElement | null>, count: number, height: number, head = 0): Rows {
  const [, draw] = useReducer((drawn: number) => drawn + 1, 0)
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    paddingStart: head,
    scrollPaddingStart: head,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => draw(undefined),
  }
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options))
  virtualizer.setOptions(options)
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer])
  useLayoutEffect(() => virtualizer._willUpdate())
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, height])
  const items = virtualizer.getVirtualItems()
  return {
    items,
    before: (items[0]?.start ?? head) - head,
    after: virtualizer.getTotalSize() - (items.at(-1)?.end ?? head),
    scrollTo: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  }
}
