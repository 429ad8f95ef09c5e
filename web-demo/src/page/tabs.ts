import { find } from '../dom.ts'

/** Where there is no room for columns beside each other, they become tabs; elsewhere there are none, for nobody. */
export function createTabs(): void {
  const bar = find('tabs', HTMLElement)
  const tabs = [...bar.querySelectorAll<HTMLButtonElement>('[data-tab]')]
  const narrow = matchMedia('(width < 44rem)')
  let selected = 'desired'

  function show(): void {
    bar.hidden = !narrow.matches
    bar.setAttribute('role', 'tablist')
    for (const tab of tabs) {
      const name = tab.dataset['tab'] ?? ''
      const panel = find(name, HTMLElement)
      const isSelected = name === selected
      tab.setAttribute('role', 'tab')
      tab.setAttribute('aria-controls', name)
      tab.setAttribute('aria-selected', String(isSelected))
      tab.tabIndex = isSelected ? 0 : -1
      panel.hidden = narrow.matches && !isSelected
      if (narrow.matches) panel.setAttribute('role', 'tabpanel')
      else panel.removeAttribute('role')
    }
  }

  function move(by: number): void {
    const at = tabs.findIndex((tab) => tab.dataset['tab'] === selected)
    const next = tabs[(at + by + tabs.length) % tabs.length]
    selected = next?.dataset['tab'] ?? selected
    show()
    next?.focus()
  }

  for (const tab of tabs) {
    tab.addEventListener('click', () => {
      selected = tab.dataset['tab'] ?? selected
      show()
    })
  }
  bar.addEventListener('keydown', ({ key }) => {
    if (key === 'ArrowRight') move(1)
    if (key === 'ArrowLeft') move(-1)
  })
  narrow.addEventListener('change', show)
  show()
}
