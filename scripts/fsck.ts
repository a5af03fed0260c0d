import { readConfig } from '../backend/config.ts'
import { checkAll, runTool } from './backup-tools.ts'

await runTool(async () => {
  const { documents, problems } = await checkAll(readConfig(), (problem) => console.error(problem))
  console.log(
    `${documents} documents and their files were read: ${problems === 0 ? 'all is well' : `${problems} problems`}.`,
  )
  if (problems > 0) process.exitCode = 1
})
