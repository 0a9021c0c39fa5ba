import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALARM_GRADES } from '../../cdk/alarm-kinds.ts';
import { ROOT } from '../architecture/load-repository.ts';
import { anchors } from '../docs/markdown.ts';
import { createTemplates, resourcesOf } from './templates.ts';

const text = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
const sections = new Map(
  text
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.split('\n')[0] ?? '', section] as const),
);

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
}
const alarms = resourcesOf(createTemplates().app, 'AWS::CloudWatch::Alarm').map(
  ([, { Properties }]) => Properties as unknown as AlarmProperties,
);

describe('the runbook', () => {
  it('has a heading for every kind of alarm', () => {
    expect(Object.keys(ALARM_GRADES).filter((kind) => !sections.has(kind))).toEqual([]);
  });

  it('has no heading that no alarm leads to', () => {
    const linked = new Set(alarms.map(({ AlarmDescription }) => /docs\/runbook\.md#(.+)$/.exec(AlarmDescription)?.[1]));
    expect([...sections.keys()].filter((heading) => !linked.has(heading))).toEqual([]);
  });

  it.each(Object.entries(ALARM_GRADES))('grades %s as the alarm does: %s', (kind, grade) => {
    const said = { grave: '*Grave.*', 'look today': '*Look today.*' }[grade];
    expect(sections.get(kind)).toContain(`\n${said}\n`);
  });

  it.each([...sections])('says of %s what it means, where to look, how to mend it and how to replay', (_, section) => {
    const parts = [...section.matchAll(/^\*\*([A-Z][a-z ]+)\.\*\* (.+)$/gm)].map(([, part]) => part);
    expect(parts).toEqual(['Meaning', 'Look here', 'Mend', 'Replay']);
  });
});

describe('every alarm', () => {
  it('is named after its kind, begins with its grade and leads to a heading that exists', () => {
    const headings = anchors(text);
    const wrong = alarms.filter(({ AlarmName, AlarmDescription }) => {
      const [, grade, kind = ''] =
        /^(GRAVE|LOOK TODAY)\. .+docs\/runbook\.md#([a-z0-9-]+)$/.exec(AlarmDescription) ?? [];
      const expected = Object.entries(ALARM_GRADES).find(([each]) => each === kind)?.[1];
      return (
        grade?.toLowerCase() !== expected ||
        !headings.includes(kind) ||
        !AlarmName.startsWith(`stagepost-test-${kind}-`)
      );
    });
    expect(alarms.length).toBeGreaterThan(20);
    expect(wrong).toEqual([]);
  });
});
