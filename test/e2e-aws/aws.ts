import { REGION } from './place.ts';
import { runCommand } from './run-command.ts';

/** Runs the AWS CLI against the emulator; answers what it printed as JSON. Throws an Error with AWS's own sentence. */
export async function aws(...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await runCommand('aws', [...args, '--region', REGION, '--output', 'json']);
  if (code !== 0) throw new Error(`aws ${args.slice(0, 2).join(' ')}: ${stderr.trim()}`);
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}
