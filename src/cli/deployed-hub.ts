import { createActions } from '../actions/create-actions.ts';
import { createConsoleApi } from '../console/api.ts';
import { createConsoleParts } from '../wiring/console-parts.ts';
import { deployedNames } from '../wiring/deployed-names.ts';
import { callersEnvironment, type DeploymentOptions, problemAt } from './aws-environment.ts';
import type { CliProblem } from './cli-problem.ts';

/**
 * The hub in the caller's AWS account, as something that answers requests: the same API as the local hub's, but in this
 * process, with the caller's own profile and rights. Its `fetch` throws CliProblem for what a person can mend at AWS.
 */
export function openDeployedHub(options: DeploymentOptions): typeof fetch {
  let problem: CliProblem | undefined;
  const parts = createConsoleParts(callersEnvironment(options), deployedNames(options.name));
  const api = createConsoleApi({
    store: parts.store,
    clock: parts.clock,
    config: parts.config,
    actions: createActions(parts),
    reach: 'own-process',
    onFailure: (error) => {
      problem = problemAt(error, options);
    },
  });
  return async (input, init) => {
    problem = undefined;
    const response = await api.request(input instanceof Request ? input : String(input), init);
    if (problem !== undefined) throw problem;
    return response;
  };
}
