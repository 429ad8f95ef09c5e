import { find, setText } from '../shared/dom.ts'
import { type FleetHub, localFleetHub, parseFleetHub } from './fleet-hub.ts'

const MAX_COUNT = 200

/**
 * The two forms that start a fleet. They show problems while you type, and focus the first problem
 * on submit.
 */
export function createStartForms(start: (hub: FleetHub, count: number) => void): void {
  const count = find('count', HTMLInputElement)
  const policy = find('policy', HTMLInputElement)
  const countProblem = find('count-problem', HTMLElement)
  const policyProblem = find('policy-problem', HTMLElement)

  function showProblem(field: HTMLInputElement, place: HTMLElement, problem: string): void {
    field.ariaInvalid = String(problem !== '')
    setText(place, problem)
  }

  function readCount(): number | undefined {
    const number = count.valueAsNumber
    const isGood = Number.isInteger(number) && number >= 1 && number <= MAX_COUNT
    showProblem(count, countProblem, isGood ? '' : `Enter a whole number from 1 to ${MAX_COUNT}`)
    return isGood ? number : undefined
  }

  function readHub(isSubmit: boolean): FleetHub | undefined {
    try {
      if (policy.value.trim() === '' && !isSubmit) throw new SyntaxError('')
      const hub = parseFleetHub(policy.value)
      showProblem(policy, policyProblem, '')
      return hub
    } catch (error) {
      showProblem(policy, policyProblem, error instanceof Error ? error.message : String(error))
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
