/**
 * Reads a route of an HTTP API such as `/webhooks/{provider}/{connectionId}`, and answers what its `{name}` parts are
 * in a path, undefined when the path is another one.
 */
export function createRoute(pattern: string): (path: string) => Readonly<Record<string, string>> | undefined {
  const parts = pattern.split('/').map((text) => ({ text, name: /^\{(.+)\}$/.exec(text)?.[1] }));
  return (path) => {
    const given = path.split('/');
    if (parts.length !== given.length) return undefined;
    const parameters: Record<string, string> = {};
    for (const [index, { text, name }] of parts.entries()) {
      const value = given[index] ?? '';
      if (name === undefined ? text !== value : value === '') return undefined;
      if (name !== undefined) parameters[name] = value;
    }
    return parameters;
  };
}
