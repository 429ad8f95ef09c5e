import type { SampleSubject } from 'hubtwin-page-kit/sample-subject'
import type { Readings } from '../../shared/device-model/device-model.ts'
import { setText } from '../../shared/dom.ts'
import { makeCopyAs } from '../share/copy-as.ts'
import { hubOf, targetOf } from '../share/sample-subject.ts'
import type { SimulatedDevice } from '../simulated-device.ts'
import { createNumberPlot } from './number-plot.ts'
import { createTelemetryCounts } from './telemetry-counts.ts'
import { createTelemetryForm, MODEL_TEMPLATE, type TelemetryForm } from './telemetry-form.ts'
import { readTemplate } from './template.ts'

/** Sends messages by hand or at an interval, and counts them. */
export interface TelemetryPanel {
  readonly element: HTMLElement
  /** Resets the panel for another device. */
  attach(device: SimulatedDevice): void
  /** Call this when the status or the role changes, and once a second. */
  refresh(): void
}

export interface TelemetryPanelParts {
  readings(): Readings | undefined
  /** Shows a summary, also while the panel is closed. */
  note(text: string): void
}

const ELSEWHERE = 'The tab with the connection sends telemetry. When it closes, this tab can.'

export function createTelemetryPanel({ readings, note }: TelemetryPanelParts): TelemetryPanel {
  const plot = createNumberPlot()
  const form = createTelemetryForm(plot.element)
  const { every, once, start, problem } = form
  let counts = createTelemetryCounts()
  let device: SimulatedDevice | undefined
  let timer: ReturnType<typeof setInterval> | undefined

  const nextBody = (): Body => renderBody(form, readings(), counts.sent + 1)

  function send(): void {
    const from = device
    if (from === undefined) return
    const body = nextBody()
    if (typeof body !== 'string') {
      stop()
      return showProblem(body.problem)
    }
    counts.countSent(Date.now())
    plot.add(body)
    void settle(from, body)
    showProblem('')
  }

  async function settle(from: SimulatedDevice, body: string): Promise<void> {
    try {
      await from.telemetry.send(body)
      if (from !== device) return
      counts.countAcknowledged()
      refresh()
    } catch (error) {
      if (from !== device) return
      stop()
      showProblem(`Not sent: ${error instanceof Error ? error.message : String(error)}.`)
    }
  }

  function showProblem(text: string): void {
    setText(problem, text)
    form.template.setAttribute('aria-invalid', String(text.startsWith('Line')))
    refresh()
  }

  function stop(): void {
    clearInterval(timer)
    timer = undefined
    refresh()
  }

  function toggle(): void {
    if (timer !== undefined) return stop()
    const seconds = readSeconds(every)
    if (seconds === undefined) return showProblem(`The interval is “${every.value}”; expected 0.1 to 3600 seconds.`)
    timer = setInterval(send, seconds * 1000)
    send()
  }

  function refresh(): void {
    const isFollower = device?.twin.role.type === 'follower'
    const isAble = !isFollower && device?.twin.status.type !== 'closed'
    if (!isAble && timer !== undefined) return stop()
    once.disabled = start.disabled = !isAble
    every.disabled = timer !== undefined
    setText(start, timer === undefined ? 'Start' : 'Stop')
    const now = Date.now()
    setText(form.counts, isFollower ? ELSEWHERE : counts.describe(device?.telemetry.waiting ?? 0, now))
    note(counts.describeShortly(timer !== undefined, now))
  }

  const sample = (): SampleSubject | undefined => subjectOf(device, nextBody(), showProblem)
  form.copy.append(makeCopyAs('telemetry', sample, () => hubOf(device), 'Copy the message as'))
  once.addEventListener('click', send)
  start.addEventListener('click', toggle)
  form.element.addEventListener('submit', send)

  return {
    element: form.element,
    attach(next) {
      device = next
      counts = createTelemetryCounts()
      plot.clear()
      showProblem('')
      stop()
    },
    refresh,
  }
}

/** @returns the interval, or `undefined` if it is out of its range */
function readSeconds(every: HTMLInputElement): number | undefined {
  const seconds = Number(every.value)
  const isValid = seconds >= 0.1 && seconds <= 3600
  every.setAttribute('aria-invalid', String(!isValid))
  return isValid ? seconds : undefined
}

function subjectOf(
  device: SimulatedDevice | undefined,
  body: Body,
  onProblem: (text: string) => void,
): SampleSubject | undefined {
  if (typeof body !== 'string') onProblem(body.problem)
  return device && typeof body === 'string' ? { type: 'telemetry', target: targetOf(device), body } : undefined
}

/** The text of the next message, or the problem in the template. */
type Body = string | { readonly problem: string }

function renderBody(form: TelemetryForm, readings: Readings | undefined, counter: number): Body {
  const template = readTemplate(form.source.value === 'model' ? MODEL_TEMPLATE : form.template.value)
  if (template.type === 'invalid')
    return { problem: `Line ${template.line}, column ${template.column}: ${template.message}.` }
  return template.render({
    temperature: readings?.temperature,
    target: readings?.target,
    counter,
    now: Date.now(),
    random: Math.random,
  })
}
