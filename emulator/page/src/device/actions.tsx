import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Dialog } from '../common/dialog.tsx'
import { reasonOf } from '../common/reason.ts'
import { deleteDevice, disconnect, setStatus, type Target, type TwinDocument } from '../hub/hub-api.ts'
import { routeTo } from '../route.ts'

interface Action {
  readonly name: string
  /** Shown before the action runs. */
  readonly warning: string
  readonly isFinal?: boolean
  /** The reason that it has no effect now. */
  readonly obstacle?: string | undefined
  readonly run: () => Promise<void>
}

interface ActionsProps {
  readonly target: Target
  /** `undefined` until the hub has sent it. */
  readonly twin: TwinDocument | undefined
}

/** Actions that interrupt the device. Each asks for confirmation. */
export function Actions({ target, twin }: ActionsProps): JSX.Element {
  const [asked, setAsked] = useState<Action>()
  const [problem, setProblem] = useState('')
  const { deviceId, moduleId } = target
  const name = moduleId === undefined ? `Device ${deviceId}` : `Module ${moduleId} of ${deviceId}`

  const actions: readonly Action[] = [
    {
      name: 'Disconnect',
      warning: `${name} loses its connection. Its client can reconnect.`,
      obstacle: twin === undefined || twin.connectionState === 'Connected' ? undefined : `${name} is not connected`,
      run: () => disconnect(target),
    },
    // A module has the status of its device.
    ...(moduleId !== undefined
      ? []
      : twin?.status !== 'disabled'
        ? [
            {
              name: 'Disable',
              warning: `${name} loses its connection and cannot reconnect until you enable it.`,
              run: () => setStatus(target, 'disabled'),
            },
          ]
        : [{ name: 'Enable', warning: `${name} can connect again.`, run: () => setStatus(target, 'enabled') }]),
    {
      name: 'Delete',
      warning: `You cannot undo this. It also deletes the twin${moduleId === undefined ? ', the modules, and the messages' : ''}.`,
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
          disabled={twin === undefined || action.obstacle !== undefined}
          title={action.obstacle}
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
          <p class="problem" role="alert">
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
