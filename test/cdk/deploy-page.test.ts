import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOptions } from '../../cdk/deploy-options.ts';
import { providerSettings } from '../../src/config/provider-settings.ts';
import { ROOT } from '../architecture/load-repository.ts';

const page = readFileSync(join(ROOT, 'docs/deploy.md'), 'utf8');

describe('the page on deploying', () => {
  it('names exactly the variables that a deployment reads', () => {
    const sources = readdirSync(join(ROOT, 'cdk'))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(ROOT, 'cdk', file), 'utf8'));
    const variables = (text: string): string[] => [...new Set(text.match(/\bSTAGEPOST_[A-Z_]*[A-Z]/g))].sort();
    expect(variables(page)).toEqual(variables(sources.join('\n')));
  });

  it('names only options that exist', () => {
    const options = [...page.matchAll(/npm run (?:deploy|destroy) -- ([^`\n]+)/g)].map(([, text = '']) => text);
    expect(options.length).toBeGreaterThan(1);
    for (const text of options) expect(() => readOptions(text.split(' '))).not.toThrow();
  });

  it.each(['HubSpot', 'Salesforce', 'DocuSign'])('shows a secret that %s takes', (provider) => {
    const row = new RegExp(`^\\| ${provider} \\| \`(\\{.+\\})\` \\|$`, 'm').exec(page)?.[1] ?? '';
    const shown = row
      .replace(/<RSA private key[^>]*>/, '-----BEGIN RSA PRIVATE KEY-----')
      .replace(/<as printed by setup>/, 'c2lnbmluZy1rZXktb2YtMzItYnl0ZXMtLS0tLS0tLS0=');
    const settings = providerSettings.find((each) => each.provider === provider.toLowerCase());
    const result = settings?.secret.safeParse(JSON.parse(shown));
    expect(result?.error?.issues ?? (result === undefined ? 'no such provider' : [])).toEqual([]);
  });
});
