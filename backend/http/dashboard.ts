import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import express, { Router, type RequestHandler, type Response } from 'express'
import { AppError } from '../errors.ts'

/** Serves the built dashboard: hashed files for ever, the page itself never from a cache. */
export function createDashboard(folder: string): Router {
  const router = Router()
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false, dotfiles: 'ignore' }),
  )
  router.use(express.static(folder, { index: false, dotfiles: 'ignore', setHeaders: revalidate }))
  router.use(servePage(folder))
  return router
}

const revalidate = (response: Response) => void response.setHeader('cache-control', 'no-cache')

/** Every path without a dot is a page of the dashboard, which finds out itself whether it exists. */
function servePage(folder: string): RequestHandler {
  let page: Buffer | undefined
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      throw new AppError('request.method_not_allowed')
    }
    if (/\.|^\/(api|socket\.io)(\/|$)/.test(decodeURIComponent(request.path))) throw new AppError('request.not_found')
    page ??= readPage(folder)
    revalidate(response)
    if (!page) throw new AppError('dashboard.not_built')
    response.type('html').send(page)
  }
}

function readPage(folder: string): Buffer | undefined {
  try {
    return readFileSync(join(folder, 'index.html'))
  } catch {
    return undefined
  }
}
