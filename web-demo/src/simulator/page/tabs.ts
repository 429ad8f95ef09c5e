import { find } from '../../shared/dom.ts'
import { createTablist } from './tablist.ts'

/** Where there is no room for columns beside each other, they become tabs; elsewhere there are none, for nobody. */
export function createTabs(): void {
  const bar = find('tabs', HTMLElement)
  const tabs = [...bar.querySelectorAll<HTMLButtonElement>('[data-tab]')]
  const narrow = matchMedia('(width < 44rem)')
  let selected = tabs[0]

  function show(): void {
    bar.hidden = !narrow.matches
    for (const tab of tabs) {
      const panel = panelOf(tab)
      panel.hidden = narrow.matches && tab !== selected
      if (narrow.matches) panel.setAttribute('role', 'tabpanel')
      else panel.removeAttribute('role')
    }
  }

  bar.setAttribute('role', 'tablist')
  for (const tab of tabs) {
    tab.setAttribute('role', 'tab')
    tab.setAttribute('aria-controls', panelOf(tab).id)
  }
  createTablist(bar, tabs, (tab) => {
    selected = tabs.find((each) => each === tab)
    show()
  })
  narrow.addEventListener('change', show)
}

function panelOf(tab: HTMLElement): HTMLElement {
  return find(tab.dataset['tab'] ?? '', HTMLElement)
}
