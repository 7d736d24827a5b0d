// The smallest client that can tell whether a control plane works: JSON over https with a client certificate.
import { Agent, request } from 'node:https'

/**
 * @typedef {{ status: number, body: any }} Answer
 * @typedef {(method: string, path: string, body?: unknown) => Promise<Answer>} Client
 */

/**
 * @param {{ server: string, ca: string, cert: string, key: string }} credential
 * @returns {{ call: Client, close: () => void }} `call` rejects where there is no answer at all
 */
export function openClient({ server, ca, cert, key }) {
  const agent = new Agent({ keepAlive: true, ca, cert, key })
  /** @type {Client} */
  const call = (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = { accept: 'application/json', 'content-type': 'application/json' }
      const sent = request(
        new URL(path, server),
        { method, agent, headers, timeout: 5_000 },
        answer => {
          let text = ''
          answer.setEncoding('utf8').on('data', part => (text += part))
          answer.on('error', reject)
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: parsed(text) }))
        },
      )
      sent.on('error', reject)
      sent.on('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path} in 5 s`)))
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return { call, close: () => agent.destroy() }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
