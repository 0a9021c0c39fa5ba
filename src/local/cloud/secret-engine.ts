import { type AwsEndpoint, jsonAnswer, jsonError, jsonOf, operationOf } from './aws-call.ts';

/** Secrets Manager in this process: `GetSecretValue` over what the host hands in; asked anew at every call. */
export function createSecretEngine(secrets: () => Readonly<Record<string, unknown>>): {
  readonly endpoint: AwsEndpoint;
} {
  return {
    async endpoint(request) {
      const operation = operationOf(request);
      if (operation !== 'GetSecretValue') {
        return jsonError(400, 'UnknownOperationException', `This cloud has no ${operation}.`);
      }
      const { SecretId: id } = await jsonOf(request);
      const all = secrets();
      if (typeof id !== 'string' || !Object.hasOwn(all, id)) {
        return jsonError(400, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
      }
      const value = all[id];
      return jsonAnswer(200, { Name: id, SecretString: typeof value === 'string' ? value : JSON.stringify(value) });
    },
  };
}
