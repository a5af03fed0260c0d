import { readConfig } from '../backend/config.ts'
import { checkAll, runTool } from './backup-tools.ts'

await runTool(async () => {
  const { documents, problems, hasKey } = await checkAll(readConfig(), (problem) => console.error(problem))
  console.log(
    `${documents} documents and their files were read: ${problems === 0 ? 'all is well' : `${problems} problems`}.`,
  )
  if (!hasKey) console.warn('The encryption key is not here, so the chain of the audit log was not checked.')
  if (problems > 0) process.exitCode = 1
})
