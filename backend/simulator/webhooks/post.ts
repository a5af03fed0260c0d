import http from 'node:http'
import https from 'node:https'

export interface Poster {
  post(url: string, headers: Record<string, string>, body: Uint8Array, timeoutMs: number): Promise<number>
  close(): void
}

/** Keep-alive connections, as many as deliveries run at once. A status of 0 means that no answer came. */
export function createPoster(): Poster {
  const plain = new http.Agent({ keepAlive: true })
  const secure = new https.Agent({ keepAlive: true, rejectUnauthorized: false })
  return {
    post(url, headers, body, timeoutMs) {
      return new Promise((resolve) => {
        const isSecure = url.startsWith('https:')
        const request = (isSecure ? https : http).request(url, {
          method: 'POST',
          agent: isSecure ? secure : plain,
          headers: { ...headers, 'content-length': String(body.byteLength) },
          timeout: timeoutMs,
        })
        request.on('response', (response) => {
          response.resume()
          response.on('end', () => resolve(response.statusCode ?? 0))
          response.on('error', () => resolve(0))
          response.on('close', () => resolve(response.statusCode ?? 0))
        })
        request.on('timeout', () => request.destroy(new Error('timeout')))
        request.on('error', () => resolve(0))
        request.end(body)
      })
    },
    close() {
      plain.destroy()
      secure.destroy()
    },
  }
}
