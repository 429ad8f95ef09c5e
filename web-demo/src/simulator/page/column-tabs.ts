import { find } from '../../shared/dom.ts'
import { createTablist } from './tablist.ts'

/**
 * Turns the columns into tabs on a narrow screen. On a wide screen, the tab roles are absent as
 * well. The faults have no room in a narrow header, so they move to the device.
 */
export function createColumnTabs(): void {
  const bar = find('tabs', HTMLElement)
  const tabs = [...bar.querySelectorAll<HTMLButtonElement>('[data-tab]')]
  const narrow = matchMedia('(width < 44rem)')
  const faults = find('faults', HTMLElement)
  const placeInHeader = faults.nextElementSibling
  let selected = tabs[0]

  function render(): void {
    bar.hidden = !narrow.matches
    if (narrow.matches) find('app-body', HTMLElement).append(faults)
    else placeInHeader?.before(faults)
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
    render()
  })
  narrow.addEventListener('change', render)
}

function panelOf(tab: HTMLElement): HTMLElement {
  return find(tab.dataset['tab'] ?? '', HTMLElement)
}
