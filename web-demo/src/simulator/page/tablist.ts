/**
 * Tabs for mouse and keyboard (ARIA Authoring Practices Guide, "Tabs Pattern"): the arrow keys wrap
 * around, and only the selected tab is a tab stop.
 */
export interface Tablist {
  select(tab: HTMLElement): void
}

export function createTablist(
  bar: HTMLElement,
  tabs: readonly HTMLElement[],
  onSelect: (tab: HTMLElement) => void,
): Tablist {
  let selected = 0

  function select(index: number): void {
    selected = (index + tabs.length) % tabs.length
    for (const [at, tab] of tabs.entries()) {
      tab.setAttribute('aria-selected', String(at === selected))
      tab.tabIndex = at === selected ? 0 : -1
    }
    const tab = tabs[selected]
    if (tab !== undefined) onSelect(tab)
  }

  for (const [at, tab] of tabs.entries()) tab.addEventListener('click', () => select(at))
  bar.addEventListener('keydown', ({ key }) => {
    if (key !== 'ArrowRight' && key !== 'ArrowLeft') return
    select(selected + (key === 'ArrowRight' ? 1 : -1))
    tabs[selected]?.focus()
  })
  select(0)

  return { select: (tab) => select(tabs.indexOf(tab)) }
}
