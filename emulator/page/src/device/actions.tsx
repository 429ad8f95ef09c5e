import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Dialog } from '../common/dialog.tsx'
import { reasonOf } from '../common/problem.ts'
import type { Target } from '../hub/calls.ts'
import { deleteDevice, disconnect, setStatus } from '../hub/calls.ts'
import { routeTo } from '../route.ts'

interface Action {
  readonly name: string
  /** What is told before it is done. */
  readonly warning: string
  readonly isFinal?: boolean
  readonly run: () => Promise<void>
}

interface ActionsProps {
  readonly target: Target
  readonly status: 'enabled' | 'disabled'
}

/** What ends something for the device, each after a question. */
export function Actions({ target, status }: ActionsProps): JSX.Element {
  const [asked, setAsked] = useState<Action>()
  const [problem, setProblem] = useState('')
  const { deviceId, moduleId } = target
  const what = moduleId === undefined ? `The device ${deviceId}` : `The module ${moduleId} of ${deviceId}`

  const actions: readonly Action[] = [
    {
      name: 'Disconnect',
      warning: `${what} loses its connection; a client that reconnects comes back.`,
      run: () => disconnect(target),
    },
    // A module has no status of its own: it is its device's.
    ...(moduleId !== undefined
      ? []
      : status === 'enabled'
        ? [
            {
              name: 'Disable',
              warning: `${what} loses its connection and may not come back until it is enabled.`,
              run: () => setStatus(target, 'disabled'),
            },
          ]
        : [{ name: 'Enable', warning: `${what} may connect again.`, run: () => setStatus(target, 'enabled') }]),
    {
      name: 'Delete',
      warning: `${what} goes for good, with its twin${moduleId === undefined ? ', its modules and its messages' : ''}.`,
      isFinal: true,
      run: async () => {
        await deleteDevice(target)
        location.hash = moduleId === undefined ? '#/' : routeTo({ deviceId })
      },
    },
  ]

  async function act({ run }: Action): Promise<void> {
    try {
      await run()
      setAsked(undefined)
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }

  return (
    <div class="actions">
      {actions.map((action) => (
        <button
          type="button"
          key={action.name}
          onClick={() => {
            setProblem('')
            setAsked(action)
          }}
        >
          {action.name}
        </button>
      ))}
      {asked !== undefined && (
        <Dialog title={`${asked.name} ${moduleId ?? deviceId}?`} onClose={() => setAsked(undefined)}>
          <p>{asked.warning}</p>
          <p class="fault" role="alert">
            {problem}
          </p>
          <div class="dialog-actions">
            <button type="button" onClick={() => setAsked(undefined)}>
              Cancel
            </button>
            <button type="button" class={asked.isFinal === true ? 'danger' : 'primary'} onClick={() => void act(asked)}>
              {asked.name}
            </button>
          </div>
        </Dialog>
      )}
    </div>
  )
}
