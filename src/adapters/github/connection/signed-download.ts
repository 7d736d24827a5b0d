// Downloads from the signed address that GitHub answers with: another host, so it gets no token. Errors never contain the address.
import type { getOctokit } from '@actions/github'
import { CountersignError, failure } from '../../../domain/problem.ts'
import { WrongStatus, readFault } from './github-fault.ts'
import { githubRefusal } from './github-refusal.ts'
import type { Purpose } from './github-refusal.ts'

/**
 * Returns the bytes at the address in a redirect. The address must be https, or on this
 * machine if the API is. Throws GITHUB_ codes, and SINK_ARTIFACT_BROKEN for more than `mostBytes`.
 */
export async function signedDownload(
  { status, headers }: { readonly status: number; readonly headers: object },
  { mostBytes = 0, ...asking }: Purpose & { readonly mostBytes?: number },
  octokit: ReturnType<typeof getOctokit>,
  { signal, isLoopback }: { readonly signal: AbortSignal; readonly isLoopback: boolean },
): Promise<Uint8Array> {
  const location: unknown = Reflect.get(headers, 'location')
  if (status !== 302 || typeof location !== 'string') throw new WrongStatus(status)
  const url = URL.canParse(location) ? new URL(location) : null
  const isSafe = url?.protocol === 'https:' || (isLoopback && url?.hostname === '127.0.0.1')
  const refused = (
    code: 'GITHUB_INSECURE' | 'GITHUB_ANSWER' | 'SINK_ARTIFACT_BROKEN',
    why: string,
  ) =>
    failure(
      code,
      `could not ${asking.doing}: ${why}`,
      'for a certificate in a file use --certificate FILE',
    )
  if (url === null || !isSafe || url.username + url.password !== '')
    throw refused('GITHUB_INSECURE', 'the address of the download is not https')
  try {
    // The fetch of octokit uses the environment's proxy.
    const fetched: unknown = octokit.request.endpoint.DEFAULTS.request?.fetch
    const get = isFetch(fetched) ? fetched : fetch
    const response = await get(url.href, { signal, redirect: 'error' })
    if (response.status !== 200)
      throw refused('GITHUB_ANSWER', `${url.origin} answered ${response.status}`)
    const chunks: Uint8Array[] = []
    let left = mostBytes
    const body: AsyncIterable<Uint8Array> | null = response.body
    for await (const chunk of body ?? []) {
      if ((left -= chunk.length) < 0)
        throw refused('SINK_ARTIFACT_BROKEN', `more than ${mostBytes} bytes`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (cause) {
    if (cause instanceof CountersignError) throw cause
    const fault = readFault(cause, signal.aborted, new Date())
    throw githubRefusal(fault, { ...asking, isOfPerson: false }, url.origin)
  }
}

function isFetch(value: unknown): value is typeof fetch {
  return typeof value === 'function'
}
