import { find, setText } from '../shared/dom.ts'
import { type FleetHub, localFleetHub, parseFleetHub } from './fleet-hub.ts'

const MOST = 200

/** The two ways to a fleet. What is wrong is told while it is typed, and a press with something wrong leads there. */
export function createStartForms(start: (hub: FleetHub, count: number) => void): void {
  const count = find('count', HTMLInputElement)
  const policy = find('policy', HTMLInputElement)
  const countFault = find('count-fault', HTMLElement)
  const policyFault = find('policy-fault', HTMLElement)

  function showFault(field: HTMLInputElement, place: HTMLElement, fault: string): void {
    field.ariaInvalid = String(fault !== '')
    setText(place, fault)
  }

  function readCount(): number | undefined {
    const number = count.valueAsNumber
    const isGood = Number.isInteger(number) && number >= 1 && number <= MOST
    const given = count.value === '' ? 'no number' : count.value
    showFault(count, countFault, isGood ? '' : `This is ${given}; a whole number from 1 to ${MOST} is needed`)
    return isGood ? number : undefined
  }

  function readHub(isFinished: boolean): FleetHub | undefined {
    try {
      if (policy.value.trim() === '' && !isFinished) throw new SyntaxError('')
      const hub = parseFleetHub(policy.value)
      showFault(policy, policyFault, '')
      return hub
    } catch (error) {
      showFault(policy, policyFault, error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  count.addEventListener('input', readCount)
  policy.addEventListener('input', () => readHub(false))
  find('local-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    const number = readCount()
    if (number === undefined) count.focus()
    else start(localFleetHub, number)
  })
  find('own-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault()
    const hub = readHub(true)
    const number = readCount()
    if (hub === undefined) policy.focus()
    else if (number === undefined) count.focus()
    else {
      policy.value = ''
      start(hub, number)
    }
  })
}
