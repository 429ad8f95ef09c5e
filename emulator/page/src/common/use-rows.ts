import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useLayoutEffect, useReducer, useState } from 'preact/hooks'

export interface Rows {
  readonly items: readonly VirtualItem[]
  /** The pixels of the rows that are not rendered, before and after. */
  readonly before: number
  readonly after: number
  scrollTo(index: number): void
}

/**
 * The visible rows of a long list; only these are rendered.
 *
 * @param height of a row, in pixels
 * @param head height of the sticky header, in pixels
 */
export function useRows(scroller: RefObject<HTMLElement | null>, count: number, height: number, head = 0): Rows {
  const [, render] = useReducer((renders: number) => renders + 1, 0)
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
    onChange: () => render(undefined),
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
