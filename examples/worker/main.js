const find = (id) => document.querySelector(`#${id}`)
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })

worker.addEventListener('message', ({ data: { id, text } }) => (find(id).textContent = text))
find('press').addEventListener('click', () => worker.postMessage('press'))
