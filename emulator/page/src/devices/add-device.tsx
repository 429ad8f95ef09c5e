import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Dialog } from '../common/dialog.tsx'
import { reasonOf } from '../common/reason.ts'
import { createDevice } from '../hub/hub-api.ts'
import { routeTo } from '../route.ts'

/** Registers a device. The hub generates its keys. */
export function AddDevice(): JSX.Element {
  const [isOpen, setIsOpen] = useState(false)
  const [problem, setProblem] = useState('')

  async function add(deviceId: string): Promise<void> {
    try {
      await createDevice(deviceId)
      setIsOpen(false)
      location.hash = routeTo({ deviceId })
    } catch (error) {
      setProblem(reasonOf(error))
    }
  }

  const open = (): void => {
    setProblem('')
    setIsOpen(true)
  }
  return (
    <>
      <button type="button" onClick={open}>
        Add
      </button>
      {isOpen && (
        <Dialog title="Add a device" onClose={() => setIsOpen(false)}>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              void add(new FormData(event.currentTarget).get('deviceId') as string)
            }}
          >
            <label for="new-device">Device ID</label>
            <input id="new-device" name="deviceId" required maxLength={128} autocomplete="off" spellcheck={false} />
            <p class="problem" role="alert">
              {problem}
            </p>
            <div class="dialog-actions">
              <button type="button" onClick={() => setIsOpen(false)}>
                Cancel
              </button>
              <button type="submit" class="primary">
                Add
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  )
}
