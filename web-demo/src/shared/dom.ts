/**
 * Finds an element by its ID.
 *
 * @throws Error if the page has no such element, because its HTML does not match its script
 */
export function find<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`${location.pathname} has no ${type.name} #${id}`)
  return found
}

/** Creates an element from text and elements, never from markup. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  if (className !== '') made.className = className
  made.append(...children)
  return made
}

/** Sets a text if it changes. A screen reader announces a live region at every set. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
