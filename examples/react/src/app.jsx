import { useState } from 'react'
import { getTwin, useDesired, useStatus } from './twin.js'

export function App() {
  const status = useStatus()
  const { message = '' } = useDesired()
  const [presses, setPresses] = useState(0)

  const press = () => {
    setPresses(presses + 1)
    getTwin()
      .report({ presses: presses + 1 })
      .catch((error) => console.error(error.code, error.message))
  }

  return (
    <>
      <p>
        Status: <output id="status">{status.type}</output>
      </p>
      <p>
        Message: <output id="message">{message}</output>
      </p>
      <button id="press" onClick={press}>
        Report a press
      </button>
    </>
  )
}
