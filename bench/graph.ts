/* The least that can stand in for Meta's send endpoint, so that the sender is measured and not the simulator. */
import { createServer } from 'node:http'

let count = 0
createServer((request, response) => {
  request.resume().on('end', () => {
    if (request.url === '/count') return response.end(String(count))
    if (request.method === 'POST' && request.url?.endsWith('/messages')) count++
    const id = `wamid.bench.${count}`
    response.writeHead(200, { 'content-type': 'application/json' })
    return response.end(JSON.stringify({ messaging_product: 'whatsapp', contacts: [], messages: [{ id }] }))
  })
}).listen(Number(process.env['PORT']), '127.0.0.1')
