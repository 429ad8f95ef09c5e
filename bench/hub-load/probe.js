// Loaded into a measured process before its own code (`node --expose-gc --import probe.js`): it
// reports its heap on request, and does nothing else.
process.on('message', ({ number }) => {
  for (let time = 0; time < 3; time++) globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  process.send({ number, value: heapUsed + external })
})
process.channel.unref()
