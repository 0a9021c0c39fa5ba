import { CliProblem } from './cli-problem.ts';

const TIMEOUT_MS = 15_000;

export interface HubClient {
  get(path: string): Promise<unknown>;
  /** @param body goes out as JSON */
  post(path: string, body?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

/**
 * Talks to the hub that runs on this machine: its process holds the database, so that everybody else asks it. The same
 * for a hub in AWS, where `fetch` answers in this process.
 * Throws CliProblem with what to do: no hub, something else at the address, or the hub's own refusal.
 *
 * @param actor who is asking, for actions
 */
export function createHubClient(deps: { baseUrl: string; actor: string; fetch: typeof fetch }): HubClient {
  const { baseUrl } = deps;

  async function call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    let response: Response;
    try {
      response = await deps.fetch(`${baseUrl}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          'x-stagepost-actor': encodeURIComponent(deps.actor),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      if (error instanceof CliProblem) throw error;
      const tooSlow = error instanceof Error && error.name === 'TimeoutError';
      if (tooSlow) throw new CliProblem(`The hub at ${baseUrl} did not answer within 15 seconds.`, 'Try again.');
      throw new CliProblem(
        `No hub is running at ${baseUrl}.`,
        'Start it in another terminal with: npm start\nIf it runs at another address, name it: STAGEPOST_URL=http://127.0.0.1:5200 npx stagepost ...',
      );
    }
    const answer = await readJson(response);
    if (answer === undefined) {
      throw new CliProblem(
        `What answers at ${baseUrl} is not a hub (status ${response.status}).`,
        'Name the address of yours: STAGEPOST_URL=http://127.0.0.1:5200 npx stagepost ...',
      );
    }
    if (response.ok) return answer;
    throw new CliProblem(sentenceOf(answer) ?? `The hub answered with status ${response.status}.`, '');
  }

  return { get: (path) => call('GET', path), post: (path, body) => call('POST', path, body) };
}

async function readJson(response: Response): Promise<unknown> {
  try {
    const value: unknown = await response.json();
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function sentenceOf(body: unknown): string | undefined {
  const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : undefined;
  const sentence: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'sentence') : undefined;
  if (typeof sentence !== 'string' || sentence === '') return undefined;
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}
